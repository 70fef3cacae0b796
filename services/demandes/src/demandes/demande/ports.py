"""Ce que l'aire attend de la base, du parc, et de ce qui suit un geste."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from demandes.clients.ports import Organismes
from demandes.demande.domaine.demande import Avancee, Demande, GestePose
from demandes.ropn.ports import Produits
from noyau import Acte, Resultat


class Demandes(Protocol):
    """Les demandes et leur chronologie."""

    async def charger(self, demande_id: UUID) -> Demande:
        """Verrouille la demande; lève `Introuvable`."""

    async def nouveau_numero(self, annee: int) -> str: ...

    async def ajouter(self, demande: Demande, gestes: Sequence[GestePose] = ()) -> None:
        """Inscrit une demande neuve, telle qu'après ses premiers gestes."""

    async def enregistrer(self, demande: Demande, gestes: Sequence[GestePose]) -> None:
        """Écrit l'état et ajoute les gestes à la chronologie; lève `VersionPerimee`."""


class ActifsEnService(Protocol):
    """Ce que le parc sait d'un article déjà livré."""

    async def en_service(self, article_id: UUID) -> UUID | None:
        """L'actif encore en service né de cet article."""


Repercussion = Callable[[Avancee, Acte], Awaitable[Resultat[Demande]]]
"""Ce qui suit les gestes posés sur une demande, dans la même transaction.

Elle rend la demande telle qu'elle est ensuite, et les faits qui en naissent.
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports des demandes."""

    demandes: Demandes
    organismes: Organismes
    produits: Produits
    actifs: ActifsEnService
    repercussions: tuple[Repercussion, ...]
    """Dans leur ordre; `main.py` les branche."""

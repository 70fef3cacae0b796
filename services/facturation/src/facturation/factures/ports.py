"""Ce que les factures demandent au monde."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from facturation.clients.domaine import Client
from facturation.clients.ports import Clients
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.etendue import Visees
from facturation.creances.ports import Touches
from facturation.factures.domaine.ajustements import Ajustement, Facturee, LigneAjustee
from facturation.factures.domaine.credits import Groupe
from facturation.factures.domaine.documents import Scelle
from facturation.factures.domaine.emetteur import Emetteurs
from facturation.factures.domaine.factures import Document, NatureDocument, Situation
from facturation.factures.domaine.retenus import NumeroRetenu
from facturation.factures.domaine.taxes import Taxes
from noyau import Mois, Montant


class Factures(Protocol):
    """Les documents émis, immuables : factures et notes de crédit."""

    async def prochain_rang(self, nature: NatureDocument, exercice: str) -> int:
        """Le rang suivant de la suite dans l'exercice, verrouillé jusqu'au commit (FAC-6)."""

    async def ajouter(self, document: Document, scelle: Scelle) -> None:
        """Garde un document, tel qu'il est scellé."""

    async def numeros(self, organisme: str) -> Mapping[Mois, str]:
        """Le numéro du document de chaque période déjà émise."""

    async def deja_facture(
        self, organisme: str, sources: Collection[str]
    ) -> Mapping[Identite, Facturee]:
        """Ce qui est déjà facturé de ces sources, créance par créance."""

    async def sommes(
        self, organisme: str, depuis: Mois, jusqua: Mois
    ) -> Mapping[tuple[Mois, str], Montant]:
        """Ce qu'ont facturé, avant taxes, les documents de ces périodes, par mois et tarif."""

    async def prochaine_piece(self, organisme: str, periode: Mois) -> int:
        """Le rang de la note de décision qui suit, dans ce mois de l'organisme verrouillé."""

    async def retenir(self, numero: str) -> tuple[str, date]:
        """Retient un document jusqu'au commit; rend son organisme et son jour d'émission.

        Lève `Introuvable`.
        """

    async def lignes(self, numero: str, rangs: Sequence[int]) -> Sequence[LigneAjustee]:
        """Ces lignes d'un document, dans cet ordre; lève `Introuvable` s'il en manque une."""

    async def groupes(self, numero: str) -> Mapping[Taxes, Groupe]:
        """Ce que frappe chaque taux dans un document, et ce que ses notes en ont rendu."""

    async def premieres(
        self, organisme: str, identites: Sequence[Identite]
    ) -> Mapping[Identite, LigneAjustee]:
        """La première ligne émise de chacune de ces créances."""


class Retenus(Protocol):
    """Les numéros publiés que la base, restaurée à un instant passé, ne sait plus (FAC-6)."""

    async def retenir(self, retenu: NumeroRetenu) -> None:
        """Le garde une fois; sa suite ne redonnera ni lui, ni un rang d'avant le sien."""

    async def du_mois(self, organisme: str, periode: Mois) -> NumeroRetenu | None:
        """Celui du document d'un mois, s'il est encore à réémettre."""

    async def des_decisions(self, organisme: str, corrige: str) -> Sequence[NumeroRetenu]:
        """Ceux des notes de décision de ce document, encore à réémettre, dans leur ordre."""

    async def attendus(self, limite: int) -> Sequence[NumeroRetenu]:
        """Ceux qui sont encore à réémettre, dans leur ordre."""

    async def annuler(self, numero: str, motif: str, le: datetime) -> bool:
        """Y renonce pour de bon; faux s'il n'est pas à réémettre."""


class Ajustements(Protocol):
    """Les décisions sur des lignes facturées, immuables (FAC-13)."""

    async def ajouter(self, ajustement: Ajustement) -> None: ...

    async def des_sources(self, organisme: str, sources: Collection[str]) -> tuple[Ajustement, ...]:
        """Ceux de ces sources, le plus ancien d'abord."""


class Situations(Protocol):
    """Tout ce qui fait le document d'un organisme."""

    def de(self, client: Client, visees: Visees) -> AsyncIterator[Situation]:
        """Sa situation, lot par lot de ce que l'on relit de lui."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports de l'aire, et ceux des aires plus basses dont se fait une décision."""

    factures: Factures
    retenus: Retenus
    ajustements: Ajustements
    clients: Clients
    touches: Touches
    emetteurs: Emetteurs

"""Ce que l'aire attend de la base, et ce qu'elle offre aux plus hautes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from courtier.obligations.domaine import NatureObligation, Obligation
from courtier.obligations.ports import Obligations
from courtier.suivi.domaine import ContratConclu, LotDeContrats, Retenue
from noyau import Acte


class ContratsConclus(Protocol):
    """Les contrats conclus, à leur fin courante; l'organisme de l'appelant n'y voit que les siens.

    Lève `Introuvable`, ou `Conflit` (CI-16) si le contrat n'est pas conclu.
    """

    async def lire(self, identifiant: UUID) -> ContratConclu: ...

    async def trouver(self, identifiant: UUID) -> ContratConclu | None:
        """Rien d'un contrat qui n'est pas encore conclu."""
        ...

    async def tenir(self, identifiant: UUID) -> ContratConclu:
        """Le lit et le verrouille jusqu'à la fin de l'acte : deux actes sur lui se suivent."""
        ...

    async def offres(self, identifiant: UUID) -> Sequence[Retenue]:
        """Ses offres, dans leur version retenue."""
        ...

    async def en_cours(self, jour: date, apres: UUID | None, limite: int) -> LotDeContrats:
        """Ceux qui courent ce jour-là, après celui-là, parmi tant de contrats lus au plus."""
        ...


async def remplir(
    obligations: Obligations, organisme: str, objet_id: UUID, nature: NatureObligation, le: datetime
) -> None:
    """Remplit à cet instant celle de cette nature, si elle court."""
    for due in await obligations.courantes(organisme, objet_id):
        if due.nature is nature:
            await obligations.enregistrer(due.remplir(le))


async def abandonner(
    obligations: Obligations, organisme: str, objet_id: UUID, nature: NatureObligation, acte: Acte
) -> None:
    """Abandonne celle de cette nature, si elle court."""
    for due in await obligations.courantes(organisme, objet_id):
        if due.nature is nature:
            await obligations.enregistrer(due.abandonner(acte.le))


async def redater(obligations: Obligations, nouvelle: Obligation, acte: Acte) -> None:
    """Abandonne celle qu'elle remplace, et l'ouvre; sans effet si aucune ne court, ou à même date.

    Rien ne récrit une obligation : sa nouvelle date est une obligation de plus.
    """
    for due in await obligations.courantes(nouvelle.organisme, nouvelle.objet_id):
        if due.nature is nouvelle.nature and due.due_le != nouvelle.due_le:
            await obligations.enregistrer(due.abandonner(acte.le))
            await obligations.ouvrir(nouvelle)

"""Un service qui guette : l'heure avance, les jalons viennent, ce qui s'annonce se relève."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid5

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import ESPACE, Recit, fiche
from services.sla.tests.evenements import messages, messages_de_fiches
from sla.fiches.domaine import Fiche

UN, DEUX, TROIS = (uuid5(ESPACE, nom) for nom in ("un", "deux", "trois"))
SUJETS: Final = ("sbg.catalogue.v1", "sbg.demandes.v1", "sbg.courtier.v1")
A_RISQUE, MANQUEE = "cible.à_risque", "cible.manquée"


@dataclass(slots=True)
class Guet:
    """Le service, une demande qui avance, et ce qu'il a déjà annoncé."""

    banc: Banc
    deja: set[UUID] = field(default_factory=set)

    async def recevoir(self, recit: Recit, demande: UUID = UN, organisme: str = "MTQ") -> None:
        await self.banc.recevoir_messages(messages(self.banc, recit, demande, organisme))

    async def a(self, instant: str, *, entendu: bool = True) -> list[tuple[str, str | None]]:
        """Ce qui s'annonce à cet instant d'heure de Québec, tout étant reçu : type, échéance."""
        self.banc.horloge.aller(f"{instant}-04:00" if len(instant) == 16 else instant)
        if entendu:
            await self.banc.recevoir_jalons(self.banc.horloge(), *SUJETS)
        await self.banc.tache("alertes")
        return [(s.type, s.donnees["echeance"]) for s in await self.neufs()]

    async def neufs(self) -> list[Any]:
        neufs = [s for s in await self.banc.sortants() if s.id not in self.deja]
        self.deja |= {s.id for s in neufs}
        return neufs


async def guetter(banc: MonterBanc, *fiches: Fiche) -> Guet:
    """Un service neuf, qui a reçu ces fiches; à défaut, celle de PT-1."""
    monte = await banc("sla")
    await monte.recevoir_messages(messages_de_fiches(monte, fiches or [fiche()]))
    return Guet(monte)

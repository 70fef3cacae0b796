"""Où l'on tue la mesure : un mois à fermer, un autre monde où il l'est, et ce qui l'atteint.

Chaque état se sème une fois; chaque épreuve en a une copie, sur un PostgreSQL réel. Il a plus de
sujets qu'un lot n'en prend, de sorte que rapports, rejeux et corrections en font plusieurs.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from noyau import Acteur, sujet_de
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from outils.essais.greffon import Modeles
from services.sla.tests.builders import Recit, fiche, pt_4, sept
from services.sla.tests.evenements import message_de_calendrier, messages, messages_de_fiches
from services.sla.tests.integration.test_sla_disponibilites import PANNE, constater, inscrire
from services.sla.tests.integration.test_sla_recalculs import DEUIL, LIVREE, demander
from services.sla.tests.scene import semer
from sla.disponibilites.entrees.taches import MINUTES
from sla.main import service
from sla.mesures.cas_usage import LOT
from sla.mesures.entrees.taches import REJEU
from sla.recalculs.cas_usage import AccepterRecalcul, accepter_recalcul
from sla.recalculs.entrees.taches import RECALCULS
from sla.recalculs.ports import Ports as PortsRecalculs
from sla.taux.domaine.fermetures import PRODUCTEURS
from sla.taux.entrees.taches import CORRECTIONS, DUREES, FERMETURES
from socle.bus.enveloppe import Message
from socle.exploitation.mesures import Mesures
from socle.reception.reception import Reception
from socle.roles import Roles
from socle.service import Contexte, Tache
from socle.taches import une_fois
from tests.fautes.processus import Base, Faire

MESURES: Final = Mesures("sla")
TARDIVES: Final = LOT + 20
"""Les demandes livrées un jour trop tard, que le congé de plus rend conformes."""
LIVRAISON: Final = Recit().creee(sept(1)).livree(sept(3))
LIVREE_TARD: Final = UUID(int=7)
DEBUT: Final = datetime.fromisoformat(PANNE["debut"])
FIN_JUSTE: Final = DEBUT + timedelta(minutes=30)
"""La panne a fini plus tôt qu'on ne l'a constaté."""


async def _semer(b: Banc, tardives: int) -> str:
    """Septembre fini, tout reçu; rend l'indisponibilité constatée."""
    await semer(b)
    await b.recevoir_messages(messages_de_fiches(b, [fiche(pt_4(), code="BUREAUTIQUE")]))
    await b.recevoir_messages([message_de_calendrier(b, LIVREE)])
    await inscrire(b, "MTQ", "SQ", le="2026-09-01T00:30-04:00")
    recit = Recit().creee(sept(1)).livree(sept(17))
    await b.recevoir_messages(messages(b, LIVRAISON, LIVREE_TARD, "SQ")[:1])
    for n in range(tardives):
        await b.recevoir_messages(messages(b, recit, UUID(int=1_000 + n), "SQ"))
    b.horloge.aller("2026-10-12T09:00-04:00")
    await b.recevoir_jalons(b.horloge(), *map(sujet_de, PRODUCTEURS))
    panne = await constater(b)
    await b.tache("rejeu")
    await b.tache("minutes")
    return str(panne["id"])


@dataclass(frozen=True, slots=True)
class Semis:
    """Un état semé, dont chaque épreuve a sa copie."""

    modeles: Modeles
    acces: Mapping[str, str]
    horloge: HorlogeConduite
    panne: UUID
    recalcul: UUID | None = None
    decret: Sequence[Message] = ()
    """Le congé de plus, tel que le catalogue le publie."""
    livraison: Sequence[Message] = ()
    """Celle d'une demande ouverte, du mois que l'on ferme."""

    @classmethod
    async def faire(cls, modeles: Modeles, *, ferme: bool = False) -> "Semis":
        """Sème une base et la ferme : elle sert de modèle.

        `ferme` : son mois l'est, et un recalcul du congé de plus est demandé.
        """
        declaration, horloge = service(), HorlogeConduite()
        acces = await modeles.copie(declaration)
        reglages = reglages_d_essai(declaration.reglages, acces, str(modeles.jwks))
        banc, recalcul = monter(declaration, reglages, modeles.emetteur, horloge), None
        try:
            panne = UUID(await _semer(banc, TARDIVES if ferme else 20))
            if ferme:
                await banc.tache("fermetures")
                recalcul = UUID(await demander(banc))
            decret = [message_de_calendrier(banc, DEUIL, 2)]
            livraison = messages(banc, LIVRAISON, LIVREE_TARD, "SQ")[1:]
        finally:
            await banc.fermer()
        return cls(modeles, acces, horloge, panne, recalcul, decret, livraison)

    @asynccontextmanager
    async def copie(self) -> AsyncIterator[Base]:
        """Une base dans l'état semé, le temps d'un bloc."""
        declaration = service()
        async with self.modeles.double(declaration, self.acces) as acces:
            reglages = reglages_d_essai(declaration.reglages, acces, str(self.modeles.jwks))
            reglages.base.delais.verrou = 10_000
            roles: Roles[Any] = Roles(declaration, reglages)
            roles.horloge = self.horloge
            yield Base(roles)

    async def annoncer(self, contexte: Contexte) -> None:
        """Le rapport du recalcul, lot par lot, puis son acceptation."""
        await _faire(contexte, RECALCULS)
        assert self.recalcul is not None
        await replace(contexte, acteur=Acteur("ana")).executer(
            "accepter_recalcul",
            PortsRecalculs,
            accepter_recalcul,
            AccepterRecalcul(self.recalcul),
            cle="acceptation",
        )

    async def appliquer(self, contexte: Contexte) -> None:
        """Le congé reçu du catalogue : sujets rejoués et mois fermés corrigés, lot par lot."""
        await recevoir(contexte, self.decret)
        await suivre(contexte)

    async def livrer(self, contexte: Contexte) -> None:
        """La livraison du mois que l'on ferme, reçue sur le tard."""
        await recevoir(contexte, self.livraison)

    @property
    def ouvrages(self) -> Mapping[str, Faire]:
        """Ce que l'on tue, selon que le mois est fermé ou non."""
        if self.recalcul is None:
            return {"fermeture": fermer}
        return {"rapport de recalcul": self.annoncer, "recalcul appliqué": self.appliquer}


async def fermer(contexte: Contexte) -> None:
    """La tâche qui ferme les mois échus."""
    await _faire(contexte, FERMETURES)


async def suivre(contexte: Contexte) -> None:
    """Les tâches qui suivent ce qui change d'un mois fermé, jusqu'au bout."""
    await _faire(contexte, REJEU, MINUTES, CORRECTIONS, DUREES)


async def recevoir(contexte: Contexte, lot: Sequence[Message]) -> None:
    """Reçoit des messages comme le consommateur."""
    await Reception(contexte.executeur, service().ecoutes, "sla", MESURES).traiter(lot)


async def _faire(contexte: Contexte, *taches: Tache) -> None:
    for tache in taches:
        await une_fois(contexte.executeur.moteur, tache, contexte)

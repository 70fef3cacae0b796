"""Le rôle relais : porte les faits au bus, et fait les tâches périodiques."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import structlog

from socle.bd.moteur import Moteur
from socle.conservation import purger
from socle.envoi.jalonneur import Jalonneur
from socle.envoi.relais import Relais
from socle.execution.annees import CADENCE, entretenir_annees
from socle.execution.sceaux import a_sceller, sceller
from socle.execution.veille import PAS, VeilleAudit
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.reception.realignement import devancee
from socle.roles import Roles
from socle.serveur.gestion import application_de_gestion
from socle.service import Contexte, Tache
from socle.surveillance.echeances import fins_des_certificats
from socle.surveillance.jauges import jauges_de_base
from socle.surveillance.sondes import sonde_bus, sonde_jalon, sonde_vue
from socle.taches import tourner_tache

ATTENTE: Final = 2.0
"""Secondes entre deux regards, tant que le bus devance la base."""
journal = structlog.get_logger()


async def monter(roles: Roles[Any], pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
    """Les boucles du rôle; la pile fermera ce qu'elles tiennent."""
    service = roles.service
    moteur = await pile.enter_async_context(roles.moteur("interne"))
    mesures, sante = Mesures(service.nom), roles.sante(moteur, "interne")
    sante.sondes["bus"] = sonde_bus(roles.bus.adresses)
    sante.surveiller("relais")
    sante.degradations["jalon"] = sonde_jalon(moteur, service.sujet)
    for nom, vue in service.degradations.items():
        sante.degradations[nom] = sonde_vue(moteur, vue)
    sujets = service.sujets_lus
    mesures.actualisations.append(
        jauges_de_base(moteur, mesures, service.jauges, roles.horloge, sujets)
    )
    relais = Relais(moteur, roles.bus, f"sbg-{service.nom}", sante, mesures)
    barriere = Barriere(moteur, roles, sante)
    contexte = Contexte(roles.executeur(moteur), mesures)
    mesures.fixer_certificats(fins_des_certificats(roles.bus))
    taches = (*_taches_du_socle(roles, moteur, relais, mesures), *roles.taches.values())
    port = roles.reglages.http.port_relais or roles.port + 200
    return [
        roles.servir(application_de_gestion(sante, mesures), port),
        roles.avec_sujets(sante, "relais", partial(barriere.puis, relais.tourner)),
        *(
            barriere.ensuite(
                partial(tourner_tache, moteur, tache, contexte, sante, roles.arret), roles.arret
            )
            for tache in taches
        ),
    ]


@dataclass(slots=True)
class Barriere:
    """Rien ne part et nulle tâche ne se fait tant que le bus devance la base.

    Restaurée à un instant passé, elle redonnerait des rangs et des numéros déjà pris.
    """

    moteur: Moteur
    roles: Roles[Any]
    sante: Sante
    _passee: asyncio.Event = field(default_factory=asyncio.Event)

    async def ensuite(self, tourner: Callable[[], Awaitable[None]], arret: Arret) -> None:
        """Fait tourner une boucle dès que la barrière est levée; à l'arrêt, aucune ne commence."""
        attentes = [asyncio.create_task(self._passee.wait()), asyncio.create_task(arret.attendre())]
        try:
            await asyncio.wait(attentes, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for attente in attentes:
                attente.cancel()
        if not arret.demande:
            await tourner()

    async def puis(self, tourner: Callable[[Arret], Awaitable[None]], arret: Arret) -> None:
        """Attend que la base sache ce que le bus sait d'elle, puis fait tourner la boucle."""
        if await self._attendre(arret):
            self._passee.set()
            await tourner(arret)

    async def _attendre(self, arret: Arret) -> bool:
        """Vrai une fois la barrière levée; faux si l'arrêt vient d'abord."""
        while not arret.demande:
            try:
                motif = await devancee(self.moteur, self.roles.bus, self.roles.service.sujet)
            except Exception as erreur:  # noqa: BLE001 -- base ou bus absents : on attend, et on le dit
                motif = type(erreur).__name__
                journal.warning("relais.barriere", raison=motif)
            if motif is None:
                return True
            self.sante.signaler("relais", motif)
            await arret.attendre(ATTENTE)
        return False


def taches_de_la_base(roles: Roles[Any], moteur: Moteur) -> tuple[Tache, ...]:
    """Ce que le relais fait de la base seule; l'exploitant peut aussi le faire à la main."""
    familles = roles.service.familles(roles.reglages)
    return (
        Tache("sceaux", 5.0, lambda _: sceller(moteur), lambda _: a_sceller(moteur)),
        Tache("purge", 60.0, lambda _: purger(moteur, familles, roles.horloge)),
        Tache("annees-audit", CADENCE, lambda _: entretenir_annees(moteur)),
    )


def _taches_du_socle(
    roles: Roles[Any], moteur: Moteur, relais: Relais, mesures: Mesures
) -> tuple[Tache, ...]:
    veille = VeilleAudit(moteur, mesures)
    jalonneur = Jalonneur(moteur, relais, roles.service.sujet, roles.horloge)
    return (
        Tache(
            "jalons",
            0.2 if roles.reglages.mode == "demo" else 1.0,
            lambda _: jalonneur.faire(),
            lambda _: jalonneur.guetter(),
            exclusive=False,
        ),
        Tache("veille-audit", PAS, lambda _: veille.faire(), exclusive=False),
        *taches_de_la_base(roles, moteur),
    )

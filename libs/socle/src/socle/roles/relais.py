"""Le rôle relais : porte les faits au bus, et fait les tâches périodiques."""

from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from socle.bd.moteur import Moteur
from socle.conservation import purger
from socle.envoi.jalonneur import Jalonneur
from socle.envoi.relais import Relais
from socle.execution.sceaux import a_sceller, sceller
from socle.exploitation.mesures import Mesures
from socle.roles import Roles
from socle.serveur.gestion import application_de_gestion
from socle.service import Contexte, Tache
from socle.surveillance.jauges import jauges_de_base
from socle.surveillance.sondes import sonde_bus, sonde_jalon, sonde_vue
from socle.taches import tourner_tache


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
    mesures.actualisations.append(jauges_de_base(moteur, mesures, service.jauges, roles.horloge))
    relais = Relais(moteur, roles.bus, f"sbg-{service.nom}", sante, mesures)
    contexte = Contexte(roles.executeur(moteur), mesures)
    taches = (*_taches_du_socle(roles, moteur, relais), *roles.taches.values())
    port = roles.reglages.http.port_relais or roles.port + 200
    return [
        roles.servir(application_de_gestion(sante, mesures), port),
        roles.avec_sujets(sante, "relais", relais.tourner),
        *(tourner_tache(moteur, tache, contexte, sante, roles.arret) for tache in taches),
    ]


def _taches_du_socle(roles: Roles[Any], moteur: Moteur, relais: Relais) -> tuple[Tache, ...]:
    jalonneur = Jalonneur(moteur, relais, roles.service.sujet, roles.horloge)
    audit = timedelta(days=roles.reglages.conservation.audit)
    return (
        Tache(
            "jalons",
            0.2 if roles.reglages.mode == "demo" else 1.0,
            lambda _: jalonneur.faire(),
            lambda _: jalonneur.guetter(),
            exclusive=False,
        ),
        Tache("sceaux", 5.0, lambda _: sceller(moteur), lambda _: a_sceller(moteur)),
        Tache("purge", 60.0, lambda _: purger(moteur, audit)),
    )

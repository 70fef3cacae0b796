"""Le rôle consommateur : lit le bus, et dit sa santé."""

from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

from socle.exploitation.mesures import Mesures
from socle.reception.consommateur import Consommateur
from socle.roles import Roles
from socle.serveur.gestion import application_de_gestion
from socle.surveillance.echeances import fins_des_certificats
from socle.surveillance.jauges import jauges_de_base
from socle.surveillance.sondes import sonde_bus, sonde_trous


async def monter(roles: Roles[Any], pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
    """Les boucles du rôle; la pile fermera ce qu'elles tiennent."""
    service = roles.service
    moteur = await pile.enter_async_context(roles.moteur("interne"))
    mesures, sante = Mesures(service.nom), roles.sante(moteur, "interne")
    sante.sondes["bus"] = sonde_bus(roles.bus.adresses)
    sujets = service.sujets_lus
    mesures.actualisations.append(
        jauges_de_base(moteur, mesures, service.jauges, roles.horloge, sujets)
    )
    mesures.fixer_certificats(fins_des_certificats(roles.bus))
    port = roles.reglages.http.port_consommateur or roles.port + 100
    boucles = [roles.servir(application_de_gestion(sante, mesures), port)]
    if service.ecoutes:
        boucle = Consommateur(
            reception=roles.reception(moteur, mesures),
            bus=roles.bus,
            sujets=sujets,
            groupe=service.nom,
            sante=sante,
            mesures=mesures,
        )
        sante.surveiller("consommateur")
        sante.degradations["séquences"] = sonde_trous(moteur)
        mesures.actualisations.append(boucle.actualiser)
        boucles.append(roles.avec_sujets(sante, "consommateur", boucle.tourner))
    return boucles

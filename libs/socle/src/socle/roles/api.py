"""Le rôle api : le port public, et celui de sa gestion."""

from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from socle.bd.moteur import Moteur
from socle.exploitation.mesures import Actualisation, Mesures
from socle.exploitation.securite import Envoi, VeilleSecurite
from socle.reglages import ReglageManquant
from socle.roles import Roles
from socle.serveur.gestion import application_de_gestion
from socle.surveillance.annonces import AnnonceSuivie
from socle.surveillance.sondes import sonde_bus, sonde_cles
from socle.web.application import creer_application
from socle.web.exemples import lire_exemples
from socle.web.jetons import ClesPubliques, Verificateur


async def monter(roles: Roles[Any], pile: AsyncExitStack) -> list[Coroutine[Any, Any, None]]:
    """Les boucles du rôle; la pile fermera ce qu'elles tiennent."""
    moteur = await pile.enter_async_context(roles.moteur("api"))
    annonce = AnnonceSuivie(moteur)
    publique, gestion = applications(roles, moteur, _envoi_de_securite(roles, pile), annonce)
    port = roles.reglages.http.port_gestion or roles.port + 300
    servies = [roles.servir(publique, roles.port), roles.servir(gestion, port)]
    return [*servies, annonce.suivre(roles.arret)]


def age_des_cles(cles: ClesPubliques, mesures: Mesures) -> Actualisation:
    """De quoi dire, à la lecture, depuis quand les clés de l'émetteur n'ont pas été relues."""

    async def actualiser() -> None:
        mesures.cles_age.set(cles.age)

    return actualiser


def _envoi_de_securite(roles: Roles[Any], pile: AsyncExitStack) -> Envoi | None:
    """De quoi porter les événements de sécurité, si un collecteur est dit."""
    adresse = roles.reglages.securite.otlp
    if adresse is None:
        return None
    # Le SDK pèse six mégaoctets : ne le paie que qui s'en sert.
    from socle.exploitation.envoi_de_securite import EnvoiSecurite  # noqa: PLC0415

    envoi = EnvoiSecurite.ouvrir(roles.service.nom, "api", str(adresse))
    pile.callback(envoi.fermer)
    return envoi


def applications(
    roles: Roles[Any],
    moteur: Moteur,
    envoyer: Envoi | None = None,
    annonce: AnnonceSuivie | None = None,
) -> tuple[FastAPI, ASGIApp]:
    """L'application publique, sur un moteur du rôle `api`, et celle de sa gestion.

    Lève `ReglageManquant` sans émetteur de jetons.
    """
    service, reglages = roles.service, roles.reglages
    identite = reglages.identite
    if identite is None:
        raise ReglageManquant("SBG_IDENTITE__EMETTEUR et SBG_IDENTITE__JWKS sont requis.")
    mesures = Mesures(service.nom)
    sante, cles = roles.sante(moteur, "api"), ClesPubliques.de(identite)
    sante.sondes["identité"] = sonde_cles(cles.lues)
    mesures.actualisations.append(age_des_cles(cles, mesures))
    if reglages.bus is not None:
        sante.degradations["bus"] = sonde_bus(reglages.bus.adresses)
    publique = creer_application(
        nom=service.nom,
        titre=service.titre,
        version=service.version,
        sections=service.sections,
        exemples=lire_exemples(service.exemples),
        routes=service.routes(reglages),
        executeur=roles.executeur(moteur),
        verificateur=Verificateur(identite, cles, service.annuaire),
        mesures=mesures,
        debit=reglages.debit,
        relisibles=service.relisibles(reglages),
        origines=reglages.http.origines,
        securite=VeilleSecurite(mesures, service.sensibles, envoyer),
        annonce=(annonce or AnnonceSuivie(moteur)).en_vigueur,
    )
    return publique, application_de_gestion(sante, mesures)

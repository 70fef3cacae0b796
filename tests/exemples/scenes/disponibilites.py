"""Les exemples de la disponibilité : services, indisponibilités, signalements, alarmes, minutes."""

import httpx

from contrats import demandes
from services.sla.tests.builders import fiche, pt_4
from services.sla.tests.evenements import messages_de_fiches
from tests.exemples.joueur import Joueur


async def jouer(j: Joueur) -> None:
    inscrit = demandes.OrganismeInscrit(organisme="MTQ", nom="Transports", assujetti_rcti=False)
    j.banc.horloge.aller("2026-09-01T09:00-04:00")
    recus = [*messages_de_fiches(j.banc, [fiche(pt_4(), code="OUTILS")]), j.banc.message(inscrit)]
    j.banc.horloge.aller("2026-09-30T12:00-04:00")
    await j.banc.recevoir_messages(recus)
    await j.banc.tache("minutes")
    mesureur = j.banc.client("mesure", sujet="mesure-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-1")
    neuf = await j.jouer(mesureur, "declarer_service")
    await j.jouer(mesureur, "lire_service", code=neuf["code"])
    await j.jouer(mesureur, "modifier_service", code=neuf["code"])
    await j.jouer(mesureur, "lister_actes_service", code=neuf["code"])
    await j.jouer(mesureur, "lister_services")
    constatee = await j.jouer(mesureur, "constater_indisponibilite")
    nommee = {"indisponibilite_id": constatee["id"]}
    await j.jouer(mesureur, "corriger_indisponibilite", **nommee)
    await j.jouer(mesureur, "constater_lot_indisponibilites")
    await _signaler(j, mesureur, gestionnaire)
    sonde = j.banc.client("integration", sujet="alertmanager")
    await j.jouer(sonde, "recevoir_alarmes")
    perdue = {"version": "4", "alerts": [{"fingerprint": "9b", "labels": {"alertname": "Muet"}}]}
    await j.jouer(sonde, "recevoir_alarmes", corps=perdue)
    await j.jouer(mesureur, "lister_alarmes_ecartees")
    await j.jouer(gestionnaire, "lire_indisponibilite", **nommee)
    await j.jouer(gestionnaire, "lister_indisponibilites")
    await j.jouer(mesureur, "lister_actes_indisponibilite", **nommee)
    comptees = await j.jouer(gestionnaire, "lister_disponibilites")
    comptee = {"disponibilite_id": comptees["elements"][0]["id"]}
    await j.jouer(gestionnaire, "lire_disponibilite", **comptee)
    await j.jouer(gestionnaire, "expliquer_disponibilite", **comptee)
    await j.jouer(mesureur, "annuler_indisponibilite", **nommee)


async def _signaler(
    j: Joueur, mesureur: httpx.AsyncClient, gestionnaire: httpx.AsyncClient
) -> None:
    """Deux signalements : l'un retenu, l'autre écarté."""
    autre = {
        "service": "messagerie",
        "debut": "2026-09-16T10:00:00-04:00",
        "description": "Lente au siège.",
    }
    signalees = [
        await j.jouer(gestionnaire, "signaler_indisponibilite", corps=corps)
        for corps in (None, autre)
    ]
    premiere, seconde = ({"signalement_id": s["id"]} for s in signalees)
    await j.jouer(gestionnaire, "lire_signalement", **premiere)
    await j.jouer(mesureur, "retenir_signalement", **premiere)
    await j.jouer(mesureur, "ecarter_signalement", **seconde)
    await j.jouer(gestionnaire, "lister_signalements")

"""Les exemples de la mesure : des demandes tenues, exclues, contestées et ouvertes."""

from uuid import NAMESPACE_URL, uuid5

import httpx

from contrats import SUJETS
from services.sla.tests.builders import Recit, fiche, indicateur, sept
from services.sla.tests.evenements import messages, messages_de_fiches
from tests.exemples.joueur import Joueur
from tests.exemples.scenes import disponibilites

_SUSPENDUE = Recit().creee(sept(1)).suspendue(sept(3)).reprise(sept(9)).livree(sept(17))


async def jouer(j: Joueur) -> None:
    j.banc.horloge.aller("2026-09-30T12:00-04:00")
    recus = messages_de_fiches(j.banc, [fiche(indicateur())])
    for nom, recit in {
        "a_temps": Recit().creee(sept(1)).livree(sept(8)),
        "multiple": Recit().creee(sept(1), acquisition_multiple=True).livree(sept(8)),
        "ouverte": Recit().creee(sept(21)),
        "en_retard": Recit().creee(sept(14)),
        "rectifiee": Recit().creee(sept(1)).livree(sept(8)).rectifie(1, sept(9)),
        "suspendue": _SUSPENDUE,
    }.items():
        recus += messages(j.banc, recit, uuid5(NAMESPACE_URL, nom))
    await j.banc.recevoir_messages(recus)
    mesureur = j.banc.client("mesure", sujet="mesure-1")
    await j.jouer(mesureur, "lister_indicateurs")
    await j.jouer(mesureur, "lister_calendriers")
    await j.jouer(mesureur, "lister_taux", requete={"periode": "2026-09"})
    mesures = await j.jouer(mesureur, "lister_mesures")
    mesure = mesures["elements"][0]["id"]
    await j.jouer(mesureur, "lire_mesure", id=mesure)
    await j.jouer(mesureur, "expliquer_mesure", id=mesure)
    await _decider(j, mesure)
    await j.jouer(mesureur, "lister_exclusions")
    await j.banc.recevoir_jalons(j.banc.horloge(), *SUJETS.values())
    await j.banc.tache("alertes")
    await j.jouer(mesureur, "lister_alertes")
    await disponibilites.jouer(j)
    await _fermer(j, mesureur)


async def _fermer(j: Joueur, mesureur: httpx.AsyncClient) -> None:
    """Septembre fini, le courtier ne dit rien; puis un fait tardif."""
    j.banc.horloge.aller("2026-10-02T09:00-04:00")
    await j.banc.recevoir_jalons(j.banc.horloge(), SUJETS["catalogue"], SUJETS["demandes"])
    await j.banc.tache("minutes")
    for _ in range(2):
        await j.jouer(mesureur, "fermer_periode", periode="2026-09")
    await j.jouer(mesureur, "lire_fermeture", periode="2026-09")
    await j.jouer(mesureur, "lister_periodes")
    tardive = Recit().creee(sept(1)).livree(sept(8)).rouverte(sept(9))
    await j.banc.recevoir_messages(messages(j.banc, tardive, uuid5(NAMESPACE_URL, "a_temps")))
    await j.banc.tache("corrections")
    await j.jouer(mesureur, "lister_corrections")
    await _rapporter(j, mesureur)
    await _recalculer(j, mesureur)


async def _decider(j: Joueur, mesure: str) -> None:
    """Une exclusion annulée; des jours suspendus, contestés deux fois."""
    sujet = uuid5(NAMESPACE_URL, "suspendue")
    j.connus |= {
        "0199a1b2-0000-5000-8000-000000000001": mesure,
        "0199a1b2-0000-7000-8000-000000000002": str(
            uuid5(sujet, str(_SUSPENDUE.episodes[1].acte_id))
        ),
    }
    mesureur = j.banc.client("mesure", sujet="mesure-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-1")
    exclusion = (await j.jouer(mesureur, "exclure_mesure"))["id"]
    await j.jouer(mesureur, "lire_exclusion", exclusion_id=exclusion)
    await j.jouer(mesureur, "annuler_exclusion", exclusion_id=exclusion)
    retiree = (await j.jouer(gestionnaire, "contester_mesure"))["id"]
    await j.jouer(gestionnaire, "retirer_contestation_mesure", contestation_id=retiree)
    tranchee = (await j.jouer(gestionnaire, "contester_mesure"))["id"]
    await j.jouer(mesureur, "trancher_contestation_mesure", contestation_id=tranchee)
    await j.jouer(gestionnaire, "lire_contestation_mesure", contestation_id=tranchee)
    await j.jouer(gestionnaire, "lister_contestations_mesures")


async def _rapporter(j: Joueur, mesureur: httpx.AsyncClient) -> None:
    await j.jouer(mesureur, "lire_rapport", periode="2026-09", requete={"organisme": "MTQ"})
    execution = await j.jouer(mesureur, "demander_rapports")
    await j.jouer(mesureur, "arreter_rapports", execution_id=execution["id"])
    await j.jouer(mesureur, "reprendre_rapports", execution_id=execution["id"])
    await j.banc.tache("rapports")
    await j.jouer(mesureur, "lister_executions_rapports")
    await j.jouer(mesureur, "lire_execution_rapports", execution_id=execution["id"])
    await j.jouer(mesureur, "lister_traitements_rapports", execution_id=execution["id"])
    await j.jouer(mesureur, "lister_rapports")


async def _recalculer(j: Joueur, mesureur: httpx.AsyncClient) -> None:
    recalcul = (await j.jouer(mesureur, "demander_recalcul"))["id"]
    while await j.banc.tache("recalculs"):
        pass
    await j.jouer(mesureur, "lire_recalcul", recalcul_id=recalcul)
    await j.jouer(mesureur, "lister_recalculs")
    await j.jouer(mesureur, "lister_verdicts_recalcules", recalcul_id=recalcul)
    await j.jouer(mesureur, "accepter_recalcul", recalcul_id=recalcul)

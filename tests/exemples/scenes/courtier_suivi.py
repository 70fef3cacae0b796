"""Les exemples de la vie d'un contrat conclu : pièces, différends, sortie, évaluations."""

import httpx

from tests.exemples.joueur import Joueur

_PIECE = "0199f0a0-0000-7000-8000-000000000006"
_CONTRAT = "0199f0a0-0000-7000-8000-000000000007"


async def jouer(j: Joueur, contrat: str) -> None:
    """Le contrat est conclu le 21 septembre 2026, pour 24 mois dès le 1er octobre."""
    j.connus[_CONTRAT] = contrat
    courtier = j.banc.client("courtier", sujet="courtier-1")
    client = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    await j.jouer(courtier, "lister_contrats_conclus")
    await j.jouer(client, "consentir_conclu", contrat_id=contrat)
    await j.jouer(client, "retirer_consentement", contrat_id=contrat)
    await _pieces(j, courtier, client, contrat)
    await _differends(j, courtier, client)
    await _incidents(j, client, contrat)
    await _annuelle(j, courtier, client, contrat)
    j.banc.horloge.aller("2028-09-25T14:00-04:00")
    await _sortie(j, client, contrat)
    j.banc.horloge.aller("2028-11-02T14:00-04:00")
    await j.jouer(client, "attester_destruction", contrat_id=contrat)
    await _finale(j, client, contrat)


async def _pieces(
    j: Joueur, courtier: httpx.AsyncClient, client: httpx.AsyncClient, contrat: str
) -> None:
    piece = (await j.jouer(client, "deposer_piece_contrat", contrat_id=contrat))["id"]
    j.connus[_PIECE] = piece
    await j.jouer(client, "lister_pieces_contrat", contrat_id=contrat)
    demandee = await j.jouer(courtier, "demander_piece", contrat_id=contrat, piece_id=piece)
    await j.jouer(client, "lister_pieces_demandees")
    await j.jouer(client, "transmettre_piece", demande_id=demandee["id"])
    gel = (await j.jouer(client, "poser_gel", contrat_id=contrat))["id"]
    await j.jouer(client, "lever_gel", contrat_id=contrat, gel_id=gel)
    await j.jouer(client, "lister_gels", contrat_id=contrat)


async def _differends(j: Joueur, courtier: httpx.AsyncClient, client: httpx.AsyncClient) -> None:
    differend = (await j.jouer(client, "ouvrir_differend"))["id"]
    await j.jouer(client, "repondre_differend", differend_id=differend)
    await j.jouer(client, "signaler_differend", differend_id=differend)
    await j.jouer(courtier, "lister_differends")
    await j.jouer(client, "fermer_differend", differend_id=differend)
    await j.jouer(courtier, "lire_differend", differend_id=differend)


async def _incidents(j: Joueur, client: httpx.AsyncClient, contrat: str) -> None:
    incident = (await j.jouer(client, "inscrire_incident", contrat_id=contrat))["id"]
    await j.jouer(client, "lister_incidents_contrat", contrat_id=contrat)
    for nom in (
        *("apprecier_incident", "aviser_incident", "completer_incident", "fermer_incident"),
        "lire_incident",
    ):
        await j.jouer(client, nom, incident_id=incident)
    await j.jouer(client, "lister_incidents")


async def _sortie(j: Joueur, client: httpx.AsyncClient, contrat: str) -> None:
    for nom in ("planifier_sortie", "finir_activite_sortie", "attester_sortie"):
        await j.jouer(client, nom, contrat_id=contrat)
    detruites = {
        "donnees": "detruites",
        "le": "2028-09-22",
        "titre": "Certificat de destruction",
        "empreinte": "4" * 64,
    }
    await j.jouer(client, "attester_sortie", corps=detruites, contrat_id=contrat)
    await j.jouer(client, "achever_sortie", contrat_id=contrat)
    await j.jouer(client, "lire_sortie", contrat_id=contrat)
    await j.jouer(client, "lister_sorties")


async def _annuelle(
    j: Joueur, courtier: httpx.AsyncClient, client: httpx.AsyncClient, contrat: str
) -> None:
    j.banc.horloge.aller("2026-12-01T14:00-05:00")
    demandee = (await j.jouer(courtier, "demander_evaluation", contrat_id=contrat))["id"]
    await j.jouer(courtier, "mener_campagne")
    await j.jouer(courtier, "relancer_evaluation", evaluation_id=demandee)
    await j.jouer(client, "rendre_evaluation", evaluation_id=demandee)
    await j.jouer(client, "lister_evaluations")


async def _finale(j: Joueur, client: httpx.AsyncClient, contrat: str) -> None:
    liste = await j.jouer(client, "lister_evaluations_contrat", contrat_id=contrat)
    finale = next(e["id"] for e in liste["elements"] if e["nature"] == "fin")
    await j.jouer(client, "dispenser_evaluation", evaluation_id=finale)
    j.banc.horloge.aller("2028-11-25T14:00-05:00")
    await j.jouer(client, "rapporter_evaluation", evaluation_id=finale)
    j.banc.horloge.aller("2028-12-21T14:00-05:00")
    for nom in ("commenter_evaluation", "decider_evaluation", "transmettre_evaluation"):
        await j.jouer(client, nom, evaluation_id=finale)
    await j.jouer(client, "lire_evaluation", evaluation_id=finale)

"""Les exemples de la facturation : deux organismes, septembre émis, une ligne en attente."""

from datetime import date
from uuid import uuid4

import httpx

from services.facturation.tests import scene
from tests.exemples.joueur import Joueur

_VISEE = ((1, "source"), (2, "cle"))


async def jouer(j: Joueur) -> None:
    await scene.planter(j.banc, "MTQ", "RAMQ")
    for organisme in ("MTQ", "RAMQ"):
        livree = scene.livraison(uuid4(), code=organisme, quantite=10)
        await j.banc.recevoir(livree, scene.creee(livree, "D-2026-000123"))
    await j.banc.recevoir(scene.contrat(date(2026, 9, 10)))
    await scene.fermer_septembre(j.banc)
    assert await j.banc.tache("attentes")
    facturiere = j.banc.client("facturation", sujet="facturation-1")
    await j.jouer(facturiere, "lister_abonnements")
    (attente,) = (await j.jouer(facturiere, "lister_lignes_en_attente"))["elements"]
    # L'exemple nomme une source et sa clé : celles de l'attente semée.
    j.connus |= {f"0199f0a0-0000-7000-8000-00000000000{n}": attente[nom] for n, nom in _VISEE}
    await _emettre(j)
    emises = await j.jouer(facturiere, "lister_factures", requete={"organisme": "MTQ"})
    numero = emises["elements"][0]["numero"]
    await _lire(j, numero)
    await j.jouer(facturiere, "imputer_sources")
    await j.jouer(facturiere, "lister_imputations", requete={"organisme": "MTQ"})
    await j.jouer(facturiere, "ajuster_ligne", numero=numero, rang=1)
    credit = {"montant": "-1000.00", "motif": "Sept des dix postes étaient hors d'usage."}
    await j.jouer(facturiere, "ajuster_ligne", corps=credit, numero=numero, rang=1)
    await j.jouer(facturiere, "lister_ajustements", numero=numero)
    await _comptes(j, numero)
    await _contester(j, numero)
    await j.jouer(facturiere, "lister_notes_credit", numero=numero)
    autres = await j.jouer(facturiere, "lister_factures", requete={"organisme": "RAMQ"})
    await _retirer_puis_valider(j, autres["elements"][0]["numero"])
    await _saisir(j)
    await _simuler(j)
    j.banc.horloge.aller("2026-11-03T09:00-05:00")
    await j.jouer(j.banc.client("facturation", sujet="facturation-1"), "lister_documents_en_retard")
    await _detruire(j)


async def _emettre(j: Joueur) -> None:
    """Un aperçu approuvé, retiré; une exécution arrêtée, reprise; le mois émis."""
    facturiere = j.banc.client("facturation", sujet="facturation-1")
    apercu = {"periode": "2026-09", "organisme": "MTQ", "apercu": True}
    lu = await j.jouer(facturiere, "demander_execution", corps=apercu)
    un = {"periode": "2026-09", "organisme": "MTQ"}
    await j.jouer(facturiere, "lire_apercu", requete=un)
    await j.jouer(facturiere, "approuver_apercus")
    vus = [{nom: lu["organismes"][0][nom] for nom in ("organisme", "empreinte")}]
    corps = {"periode": "2026-09", "apercus": vus}
    sorts = await j.jouer(facturiere, "approuver_apercus", corps=corps)
    approbation = sorts["sorts"][0]["approbation"]["id"]
    await j.jouer(facturiere, "lire_approbation", approbation_id=approbation)
    await j.jouer(facturiere, "lister_approbations")
    await j.jouer(facturiere, "retirer_approbation", approbation_id=approbation)
    demandee = await j.jouer(facturiere, "demander_execution")
    await j.jouer(facturiere, "arreter_execution", execution_id=demandee["id"])
    await j.jouer(facturiere, "reprendre_execution", execution_id=demandee["id"])
    await j.banc.tache("emissions")
    await j.jouer(facturiere, "lire_execution", execution_id=demandee["id"])
    await j.jouer(facturiere, "lire_tableau_du_mois")
    await j.jouer(facturiere, "lister_executions")
    await j.jouer(facturiere, "lister_traitements", execution_id=demandee["id"])


async def _lire(j: Joueur, numero: str) -> None:
    """Un document, et ce qui s'en tire."""
    mtq = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-1")
    for nom in ("lire_facture", "lister_lignes_facture", "lire_ecarts", "lire_sous_totaux"):
        await j.jouer(mtq, nom, numero=numero)


async def _saisir(j: Joueur) -> None:
    """Un montant saisi, annulé; un lot; des décisions tranchées; une attente écartée."""
    facturiere = j.banc.client("facturation", sujet="facturation-1")
    seconde = j.banc.client("facturation", sujet="facturation-2")
    saisie = await j.jouer(facturiere, "saisir_ligne")
    await j.jouer(facturiere, "saisir_lot")
    await j.jouer(facturiere, "lister_lignes_saisies")
    await j.jouer(facturiere, "lire_ligne_saisie", saisie_id=saisie["id"])
    await j.jouer(facturiere, "annuler_ligne_saisie", saisie_id=saisie["id"])
    lot = {"lignes": [_bris("1500.00"), _bris("1600.00")]}
    await j.jouer(facturiere, "saisir_lot", corps=lot)
    proposees = [await _proposer(j, facturiere, f"{n}000.00") for n in (2, 3, 4)]
    await j.jouer(facturiere, "lister_decisions", requete={"etat": "a_confirmer"})
    await j.jouer(seconde, "confirmer_decision", decision_id=proposees[0])
    await j.jouer(seconde, "refuser_decision", decision_id=proposees[1])
    await j.jouer(facturiere, "retirer_decision", decision_id=proposees[2])
    await j.jouer(facturiere, "lire_decision", decision_id=proposees[0])
    await j.jouer(facturiere, "ecarter_ligne_en_attente")
    await j.jouer(facturiere, "lister_lignes_ecartees")


async def _proposer(j: Joueur, qui: httpx.AsyncClient, montant: str) -> str:
    saisie = await j.jouer(qui, "saisir_ligne", corps=_bris(montant))
    return str(saisie["decision_id"])


def _bris(montant: str) -> dict[str, str]:
    """Un montant que son auteur ne pose pas seul."""
    return {
        "organisme": "MTQ",
        "tarif": "DEDOMMAGEMENT",
        "montant": montant,
        "fait_le": "2026-09-14",
        "motif": "Bris d'une armoire de réseau.",
    }


async def _contester(j: Joueur, numero: str) -> None:
    """MTQ conteste, répond, obtient une part; il revient sur un fait nouveau."""
    mtq = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-1")
    mcn = j.banc.client("facturation", sujet="facturation-1")
    ouverte = await j.jouer(mtq, "contester_facture", numero=numero)
    une = {"contestation_id": ouverte["id"]}
    await j.jouer(mcn, "examiner_contestation", **une)
    await j.jouer(mcn, "questionner_contestation", **une)
    await j.jouer(mtq, "repondre_contestation", **une)
    versee = await j.jouer(mtq, "verser_piece", **une)
    await j.jouer(mcn, "lister_pieces", **une)
    await j.jouer(mcn, "lire_piece", empreinte=versee["empreinte"], **une)
    await j.jouer(mcn, "trancher_contestation", **une)
    await j.jouer(mcn, "geler_contestation", **une)
    await j.jouer(mcn, "degeler_contestation", **une)
    await j.jouer(mtq, "lire_contestation", **une)
    corps = {"motif": "Il reste un jour.", "lignes": [{"rang": 1}], "fait_nouveau": "Un rapport."}
    autre = await j.jouer(mtq, "contester_facture", corps=corps, numero=numero)
    await j.jouer(mcn, "admettre_contestation", contestation_id=autre["id"])
    await j.jouer(mtq, "lister_contestations_facture", numero=numero)
    await j.jouer(mcn, "lister_contestations")


async def _detruire(j: Joueur) -> None:
    """Sept ans après, la pièce de MTQ est échue."""
    j.banc.horloge.aller("2033-11-03T09:00-05:00")
    mcn = j.banc.client("facturation", sujet="facturation-1")
    (echue,) = (await j.jouer(mcn, "lister_pieces_echues"))["elements"]
    une = {nom: echue[nom] for nom in ("contestation_id", "empreinte")}
    await j.jouer(mcn, "detruire_piece", **une)


async def _retirer_puis_valider(j: Joueur, numero: str) -> None:
    ramq = j.banc.client("signataire", organisme="RAMQ", sujet="signataire-1")
    mcn = j.banc.client("facturation", sujet="facturation-1")
    ouverte = await j.jouer(ramq, "contester_facture", numero=numero)
    une = {"contestation_id": ouverte["id"]}
    await j.jouer(mcn, "examiner_contestation", **une)
    await j.jouer(mcn, "questionner_contestation", **une)
    await j.jouer(mcn, "reprendre_contestation", **une)
    await j.jouer(ramq, "retirer_contestation", **une)
    await j.jouer(ramq, "valider_facture", numero=numero)
    await j.jouer(ramq, "lire_validation", numero=numero)


async def _comptes(j: Joueur, numero: str) -> None:
    """Un règlement au crédit, qu'on applique; un fichier; une contre-écriture; ce qui en reste."""
    facturiere = j.banc.client("facturation", sujet="facturation-1")
    inscrit = await j.jouer(facturiere, "inscrire_reglement")
    await j.jouer(facturiere, "inscrire_lot_de_reglements")
    await j.jouer(facturiere, "lire_solde", numero=numero)
    await j.jouer(facturiere, "appliquer_credit", reglement_id=inscrit["id"])
    await j.jouer(facturiere, "lire_reglement", reglement_id=inscrit["id"])
    await j.jouer(facturiere, "contrepasser_reglement", reglement_id=inscrit["id"])
    await j.jouer(facturiere, "lister_reglements")
    await j.jouer(facturiere, "lister_etats_de_compte")
    await j.jouer(facturiere, "lire_etat_de_compte", organisme="MTQ")
    await j.jouer(facturiere, "lister_documents_ouverts", organisme="MTQ")
    await j.jouer(facturiere, "lister_mouvements_du_compte", organisme="MTQ")
    await j.jouer(facturiere, "exporter", requete={"periode": "2026-09"})
    await j.jouer(facturiere, "lister_a_facturer", requete={"periode": "2026-09"})
    await j.jouer(facturiere, "lire_a_facturer", organisme="MTQ", requete={"periode": "2026-09"})


async def _simuler(j: Joueur) -> None:
    """Un montant supposé, pour tous; un budget; une simulation qu'on arrête."""
    facturiere = j.banc.client("facturation", sujet="facturation-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-1")
    premier, jamais_dit = {"montant": "200000.00"}, {"If-Match": '"0"'}
    await gestionnaire.put("/v1/budgets/MTQ/2026-2027", json=premier, headers=jamais_dit)
    for operation in ("dire_budget", "lire_budget"):
        await j.jouer(gestionnaire, operation, organisme="MTQ", exercice="2026-2027")
    await j.jouer(gestionnaire, "lister_budgets")
    simulee = await j.jouer(facturiere, "demander_simulation")
    assert await j.banc.tache("simulations")
    await j.jouer(facturiere, "lister_simulations")
    for operation in (
        "lire_simulation",
        "lister_organismes_simules",
        "lister_chiffres_simules",
    ):
        await j.jouer(facturiere, operation, simulation_id=simulee["id"])
    inutile = await j.jouer(facturiere, "demander_simulation")
    await j.jouer(facturiere, "arreter_simulation", simulation_id=inutile["id"])

"""Les exemples de la facturation : deux organismes, septembre émis, une ligne en attente."""

from datetime import date
from uuid import uuid4

from services.facturation.tests import scene
from tests.exemples.joueur import Joueur


async def jouer(j: Joueur) -> None:
    await scene.planter(j.banc, "MTQ", "RAMQ")
    for organisme in ("MTQ", "RAMQ"):
        await j.banc.recevoir(scene.livraison(uuid4(), code=organisme))
    await j.banc.recevoir(scene.contrat(date(2026, 9, 10)))
    await scene.fermer_septembre(j.banc)
    assert await j.banc.tache("attentes")
    facturiere = j.banc.client("facturation", sujet="facturation-1")
    await j.jouer(facturiere, "lister_abonnements")
    await j.jouer(facturiere, "lister_lignes_en_attente")
    apercu = {"periode": "2026-09", "organisme": "MTQ", "apercu": True}
    lu = await j.jouer(facturiere, "demander_execution", corps=apercu)
    await j.jouer(facturiere, "approuver_apercus")
    vus = [{nom: lu["organismes"][0][nom] for nom in ("organisme", "empreinte")}]
    corps = {"periode": "2026-09", "apercus": vus}
    sorts = await j.jouer(facturiere, "approuver_apercus", corps=corps)
    approbation = sorts["sorts"][0]["approbation"]["id"]
    await j.jouer(facturiere, "lire_approbation", approbation_id=approbation)
    await j.jouer(facturiere, "lister_approbations")
    await j.jouer(facturiere, "retirer_approbation", approbation_id=approbation)
    demandee = await j.jouer(facturiere, "demander_execution")
    await j.banc.tache("emissions")
    await j.jouer(facturiere, "lire_execution", execution_id=demandee["id"])
    emises = await j.jouer(facturiere, "lister_factures", requete={"organisme": "MTQ"})
    numero = emises["elements"][0]["numero"]
    await j.jouer(facturiere, "lire_facture", numero=numero)
    await j.jouer(facturiere, "lister_lignes_facture", numero=numero)
    await j.jouer(facturiere, "ajuster_ligne", numero=numero, rang=1)
    await j.jouer(facturiere, "lister_ajustements", numero=numero)
    await _comptes(j, numero)
    await _contester(j, numero)
    await j.jouer(facturiere, "lister_notes_credit", numero=numero)
    autres = await j.jouer(facturiere, "lister_factures", requete={"organisme": "RAMQ"})
    await _retirer_puis_valider(j, autres["elements"][0]["numero"])
    await _simuler(j)


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
    await j.jouer(mtq, "lire_contestation", **une)
    corps = {"motif": "Il reste un jour.", "lignes": [{"rang": 1}], "fait_nouveau": "Un rapport."}
    autre = await j.jouer(mtq, "contester_facture", corps=corps, numero=numero)
    await j.jouer(mcn, "admettre_contestation", contestation_id=autre["id"])
    await j.jouer(mtq, "lister_contestations_facture", numero=numero)
    await j.jouer(mcn, "lister_contestations")


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

"""Les exemples de la vie d'un contrat : avenants, consommation, refus, résiliation."""

from services.courtier.tests.acquisitions import offre_voulue
from services.courtier.tests.marche import Marche
from tests.exemples.joueur import Joueur


async def jouer_avenants(j: Joueur, contrat: str) -> None:
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    signataire = j.banc.client("signataire", organisme="MTQ", sujet="signataire-mtq")
    premier = (await j.jouer(courtier, "preparer_avenant", contrat_id=contrat))["id"]
    await j.jouer(gestionnaire, "abandonner_avenant", contrat_id=contrat, avenant_id=premier)
    second = (await j.jouer(courtier, "preparer_avenant", contrat_id=contrat))["id"]
    vise = {"contrat_id": contrat, "avenant_id": second}
    await j.jouer(courtier, "reprendre_preparation_avenant", **vise)
    await j.jouer(gestionnaire, "valider_avenant", **vise)
    await j.jouer(gestionnaire, "autoriser_avenant", **vise)
    await j.jouer(gestionnaire, "deposer_efvp_avenant", **vise)
    await j.jouer(gestionnaire, "autoriser_budget_avenant", **vise)
    await j.jouer(signataire, "signer_avenant", exemple="SignatureAvenantClientIn", **vise)
    await j.jouer(courtier, "signer_avenant", exemple="SignatureAvenantFournisseurIn", **vise)
    await j.jouer(gestionnaire, "transmettre_copie_avenant", **vise)
    await j.jouer(gestionnaire, "lire_avenant", **vise)
    await j.jouer(gestionnaire, "lister_avenants", contrat_id=contrat)
    await j.jouer(gestionnaire, "lister_obligations")


async def jouer_consommation(j: Joueur, contrat: str) -> None:
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    j.banc.horloge.aller("2026-11-05T14:00-05:00")
    commande = (await j.jouer(gestionnaire, "inscrire_commande", contrat_id=contrat))["id"]
    lot = await j.jouer(gestionnaire, "inscrire_lot_commandes", contrat_id=contrat)
    facture = (await j.jouer(gestionnaire, "inscrire_facture_fournisseur", contrat_id=contrat))[
        "id"
    ]
    factures = await j.jouer(gestionnaire, "inscrire_lot_factures", contrat_id=contrat)
    await j.jouer(gestionnaire, "corriger_commande", contrat_id=contrat, commande_id=commande)
    await j.jouer(
        gestionnaire, "corriger_facture_fournisseur", contrat_id=contrat, facture_id=facture
    )
    de_trop = lot["commandes"][1]["id"]
    await j.jouer(gestionnaire, "annuler_commande", contrat_id=contrat, commande_id=de_trop)
    await j.jouer(
        gestionnaire,
        "annuler_facture_fournisseur",
        contrat_id=contrat,
        facture_id=factures["factures"][0]["id"],
    )
    for liste in ("lister_commandes", "lister_factures_fournisseur", "lire_consommation"):
        await j.jouer(gestionnaire, liste, contrat_id=contrat)


async def jouer_fins(j: Joueur, contrat: str, entente: str, offre: str) -> None:
    """Un contrat que le fournisseur refuse; un autre, conclu puis résilié."""
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    signataire = j.banc.client("signataire", organisme="MTQ", sujet="signataire-mtq")
    marche = Marche(j.banc, courtier, gestionnaire, signataire)
    voulue = offre_voulue(offre, lieu="Montréal")
    j.banc.horloge.aller("2026-10-28T09:00-04:00")
    # Exclu depuis octobre, MTQ n'ouvre plus le Catalogue : on le réadmet.
    readmis = {"organisme": "MTQ", "admissible": True, "debut": "2026-10-28", "motif": "Liste."}
    await marche.cree("acces/admissibilites", readmis)
    # Les premiers documents sont ceux du contrat d'avant.
    marche.preparation(contrat)
    prepares = []
    for _ in range(2):
        dossier = await marche.acquisition(entente, voulue)
        corps = marche.preparation(dossier.id, debut="2026-12-01")
        prepares.append(await marche.cree("contrats", corps))
    refuse, autre = prepares
    await j.jouer(gestionnaire, "refuser_contrat", contrat_id=refuse["id"])
    chemin = f"/v1/contrats/{autre['id']}"
    await gestionnaire.post(f"{chemin}/validation")
    await signataire.post(f"{chemin}/signature", json={"partie": "client", **autre["documents"]})
    signes = {nom: autre["documents"][nom] for nom in ("contrat", "annexe_modificative")}
    signes |= {"partie": "fournisseur", "signataire": "NB-007"}
    signes |= {"signe_le": j.banc.horloge().isoformat()}
    await courtier.post(f"{chemin}/signature", json=signes)
    await j.jouer(gestionnaire, "lister_recoupements", contrat_id=contrat)
    await j.jouer(gestionnaire, "resilier_contrat", contrat_id=autre["id"])

"""Les exemples du courtier : le Catalogue, qui le lit, et un contrat jusqu'à sa copie."""

from services.courtier.tests import marche
from services.courtier.tests.acquisitions import Acquisition, offre_voulue
from tests.exemples.joueur import Joueur
from tests.exemples.scenes import courtier_suivi
from tests.exemples.scenes.courtier_vie import (
    jouer_avenants,
    jouer_consommation,
    jouer_fins,
)

_FOURNISSEUR = "0199f0a0-0000-7000-8000-000000000001"
_ENTENTE = "0199f0a0-0000-7000-8000-000000000002"
_OFFRE = "0199f0a0-0000-7000-8000-000000000003"
_DOSSIER = "0199f0a0-0000-7000-8000-000000000005"
_SCENARIO = "0199f0a0-0000-7000-8000-000000000006"
_PRESTATAIRE = "0199f0a0-0000-7000-8000-000000000007"
_AVENANT = "0199f0a0-0000-7000-8000-000000000009"


async def jouer(j: Joueur) -> None:
    await j.banc.recevoir(marche.organisme("MTQ"), marche.mandat("MTQ", "signataire-mtq"))
    await _acces(j)
    await _catalogue(j)
    await _autour(j)
    dossier = await _dossier(j)
    await _demarrage(j, dossier)
    contrat = await _contrat(j)
    await jouer_avenants(j, contrat)
    await _autour_du_dossier(j)
    await jouer_fins(j, contrat, j.connus[_ENTENTE], j.connus[_OFFRE])
    await _retrait(j)
    await _publication(j, contrat)
    await jouer_consommation(j, contrat)
    await courtier_suivi.jouer(j, contrat)
    await _fin_publiee(j, contrat)


async def _catalogue(j: Joueur) -> None:
    courtier = j.banc.client("courtier", sujet="courtier-1")
    fournisseur = (await j.jouer(courtier, "inscrire_fournisseur"))["id"]
    j.connus[_FOURNISSEUR] = fournisseur
    await j.jouer(courtier, "modifier_fournisseur", fournisseur_id=fournisseur)
    await j.jouer(courtier, "lister_fournisseurs")
    await j.jouer(courtier, "lire_fournisseur", fournisseur_id=fournisseur)
    entente = (await j.jouer(courtier, "conclure_entente"))["id"]
    j.connus[_ENTENTE] = entente
    await j.jouer(courtier, "lister_ententes")
    await j.jouer(courtier, "lire_entente", entente_id=entente)
    offre = (await j.jouer(courtier, "inscrire_offre"))["id"]
    j.connus[_OFFRE] = offre
    await j.jouer(courtier, "modifier_offre", offre_id=offre)
    await j.jouer(courtier, "publier_offre", offre_id=offre)
    await j.jouer(courtier, "publier_prix_offre", offre_id=offre)
    await j.jouer(courtier, "lister_offres")
    for nom in ("lire_offre", "lister_versions_offre", "lister_prix_offre"):
        await j.jouer(courtier, nom, offre_id=offre)


async def _dossier(j: Joueur) -> str:
    """Du premier besoin au choix."""
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    dossier = str((await j.jouer(gestionnaire, "ouvrir_dossier"))["id"])
    j.connus[_DOSSIER] = dossier
    for geste in ("dire_besoins", "deposer_efvp", "consulter_catalogue", "demander_precision"):
        await j.jouer(gestionnaire, f"{geste}_dossier", dossier_id=dossier)
    [precision] = (await j.jouer(gestionnaire, "lister_precisions_dossier", dossier_id=dossier))[
        "elements"
    ]
    await j.jouer(
        gestionnaire,
        "consigner_reponse_dossier",
        dossier_id=dossier,
        precision_id=precision["id"],
    )
    for geste in ("consigner_banc_essai", "juger_conformite", "dire_scenario"):
        await j.jouer(gestionnaire, f"{geste}_dossier", dossier_id=dossier)
    for liste in ("bancs_essai", "conformite"):
        await j.jouer(gestionnaire, f"lister_{liste}_dossier", dossier_id=dossier)
    lus = await j.jouer(gestionnaire, "lister_scenarios_dossier", dossier_id=dossier)
    j.connus[_SCENARIO] = lus["elements"][0]["id"]
    for geste in ("choisir_scenario", "autoriser_scenario", "rendre_compte"):
        await j.jouer(gestionnaire, f"{geste}_dossier", dossier_id=dossier)
    await j.jouer(gestionnaire, "lister_autorisations_attendues")
    return dossier


async def _demarrage(j: Joueur, dossier: str) -> None:
    """Du contact à l'admissibilité; un retour, une fin, dans d'autres dossiers."""
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    for geste in ("demander_rencontre", "fournir_informations"):
        await j.jouer(gestionnaire, f"{geste}_dossier", dossier_id=dossier)
    j.banc.horloge.aller("2026-09-15T15:00-04:00")
    await j.jouer(courtier, "tenir_rencontre_dossier", dossier_id=dossier)
    for geste in ("autoriser_budget", "confirmer_besoins", "verifier_admissibilite"):
        await j.jouer(gestionnaire, f"{geste}_dossier", dossier_id=dossier)


async def _autour_du_dossier(j: Joueur) -> None:
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    autre = await Acquisition.ouvrir(gestionnaire, courtier)
    offre, entente = j.connus[_OFFRE], j.connus[_ENTENTE]
    await autre.jusqu_aux_scenarios([offre])
    scenario = await autre.scenario(entente, offre_voulue(offre, lieu="Montréal"))
    await autre.poser("choix", {"scenario_id": scenario})
    await autre.contacter("2026-09-21", "14:00-04:00")
    await j.jouer(courtier, "modifier_offre", offre_id=offre)
    await j.jouer(gestionnaire, "lister_avis_dossier", dossier_id=autre.id)
    await j.jouer(gestionnaire, "revenir_etape_dossier", dossier_id=autre.id)
    await j.jouer(gestionnaire, "deposer_piece_dossier", dossier_id=autre.id)
    await j.jouer(gestionnaire, "lister_pieces_dossier", dossier_id=autre.id)
    await j.jouer(gestionnaire, "clore_dossier", dossier_id=autre.id)
    await j.jouer(gestionnaire, "lire_chronologie_dossier", dossier_id=autre.id)
    await j.jouer(gestionnaire, "lister_dossiers")
    await j.jouer(gestionnaire, "lire_dossier", dossier_id=autre.id)
    await j.jouer(courtier, "dire_decret")
    await j.jouer(courtier, "lister_decret")


async def _acces(j: Joueur) -> None:
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    compte = (await j.jouer(gestionnaire, "demander_acces"))["id"]
    await j.jouer(courtier, "trancher_acces", compte_id=compte)
    await j.jouer(gestionnaire, "lister_acces")
    await j.jouer(gestionnaire, "lire_acces", compte_id=compte)
    inscription = (await j.jouer(gestionnaire, "inscrire_diffusion"))["id"]
    await j.jouer(courtier, "lister_diffusion")
    await j.jouer(gestionnaire, "retirer_diffusion", inscription_id=inscription)
    await j.jouer(courtier, "decider_admissibilite")
    await j.jouer(courtier, "lister_admissibilites")


async def _autour(j: Joueur) -> None:
    """Ce que le Catalogue dit des fournisseurs et des prestataires, et ce qu'on en dit."""
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    fournisseur = j.connus[_FOURNISSEUR]
    for nom in ("document", "preuve"):
        verbe = "publier" if nom == "document" else "deposer"
        await j.jouer(courtier, f"{verbe}_{nom}_fournisseur", fournisseur_id=fournisseur)
        await j.jouer(courtier, f"lister_{nom}s_fournisseur", fournisseur_id=fournisseur)
    prestataire = (await j.jouer(courtier, "inscrire_prestataire"))["id"]
    j.connus[_PRESTATAIRE] = prestataire
    await j.jouer(courtier, "modifier_prestataire", prestataire_id=prestataire)
    await j.jouer(gestionnaire, "lister_prestataires")
    await j.jouer(gestionnaire, "lire_prestataire", prestataire_id=prestataire)
    await j.jouer(courtier, "retirer_prestataire", prestataire_id=prestataire)
    commentaire = (await j.jouer(gestionnaire, "commenter"))["id"]
    await j.jouer(courtier, "traiter_commentaire", commentaire_id=commentaire)
    await j.jouer(courtier, "repondre_commentaire", commentaire_id=commentaire)
    await j.jouer(courtier, "clore_commentaire", commentaire_id=commentaire)
    await j.jouer(gestionnaire, "lister_commentaires")
    await j.jouer(gestionnaire, "lire_commentaire", commentaire_id=commentaire)


async def _retrait(j: Joueur) -> None:
    """Ce qui finit : une offre, une entente-cadre, un compte."""
    courtier = j.banc.client("courtier", sujet="courtier-1")
    await j.jouer(courtier, "retirer_offre", offre_id=j.connus[_OFFRE])
    await j.jouer(courtier, "poser_acte_entente", entente_id=j.connus[_ENTENTE])
    (compte,) = (await courtier.get("/v1/acces")).json()["elements"]
    await j.jouer(courtier, "retirer_acces", compte_id=compte["id"])


async def _contrat(j: Joueur) -> str:
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    signataire = j.banc.client("signataire", organisme="MTQ", sujet="signataire-mtq")
    contrat = str((await j.jouer(courtier, "preparer_contrat"))["id"])
    await j.jouer(courtier, "reprendre_preparation_contrat", contrat_id=contrat)
    await j.jouer(gestionnaire, "valider_contrat", contrat_id=contrat)
    await j.jouer(signataire, "lister_signatures_attendues")
    await j.jouer(gestionnaire, "lire_signature_contrat", contrat_id=contrat)
    await j.jouer(signataire, "signer_contrat", exemple="SignatureClientIn", contrat_id=contrat)
    j.banc.horloge.aller("2026-09-21T14:00-04:00")
    await j.jouer(courtier, "signer_contrat", exemple="SignatureFournisseurIn", contrat_id=contrat)
    await j.jouer(gestionnaire, "transmettre_copie_contrat", contrat_id=contrat)
    await j.jouer(gestionnaire, "lister_contrats")
    await j.jouer(gestionnaire, "lire_contrat", contrat_id=contrat)
    return str(contrat)


async def _publication(j: Joueur, contrat: str) -> None:
    """L'avis de conclusion, celui d'un avenant; puis les données ouvertes."""
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    await j.jouer(gestionnaire, "lire_publication_seao", contrat_id=contrat)
    publier = "consigner_avis_seao"
    await j.jouer(gestionnaire, publier, exemple="AvisConclusionIn", contrat_id=contrat)
    await marche.modifier(j.banc, contrat, _AVENANT)
    await j.jouer(gestionnaire, publier, exemple="AvisSupplementIn", contrat_id=contrat)
    await j.jouer(courtier, "lister_publications_seao")
    await j.jouer(courtier, "lister_publications_ocds")
    await j.jouer(courtier, "lister_ententes_ocds")
    await j.jouer(courtier, "lire_archive_ocds", ocid="ocds-ec9k95-20145160")


async def _fin_publiee(j: Joueur, contrat: str) -> None:
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    await j.jouer(courtier, "lire_mensuel_ocds", mois="2026-09")
    await j.jouer(courtier, "lire_bord")
    await j.jouer(gestionnaire, "consigner_avis_seao", exemple="AvisFinIn", contrat_id=contrat)
    await j.jouer(courtier, "corriger_numero_seao", contrat_id=contrat)

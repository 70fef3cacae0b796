"""Les exemples du courtier : une offre publiée, et un contrat jusqu'à sa copie."""

from services.courtier.tests import marche
from tests.exemples.joueur import Joueur

_FOURNISSEUR = "0199f0a0-0000-7000-8000-000000000001"
_ENTENTE = "0199f0a0-0000-7000-8000-000000000002"
_OFFRE = "0199f0a0-0000-7000-8000-000000000003"


async def jouer(j: Joueur) -> None:
    await j.banc.recevoir(marche.organisme("MTQ"), marche.mandat("MTQ", "signataire-mtq"))
    await _catalogue(j)
    await _contrat(j)


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


async def _contrat(j: Joueur) -> None:
    courtier = j.banc.client("courtier", sujet="courtier-1")
    gestionnaire = j.banc.client("gestionnaire", organisme="MTQ", sujet="gestionnaire-mtq")
    signataire = j.banc.client("signataire", organisme="MTQ", sujet="signataire-mtq")
    contrat = (await j.jouer(courtier, "preparer_contrat"))["id"]
    await j.jouer(courtier, "reprendre_preparation_contrat", contrat_id=contrat)
    await j.jouer(gestionnaire, "valider_contrat", contrat_id=contrat)
    await j.jouer(signataire, "signer_contrat", exemple="SignatureClientIn", contrat_id=contrat)
    j.banc.horloge.aller("2026-09-21T14:00-04:00")
    await j.jouer(courtier, "signer_contrat", exemple="SignatureFournisseurIn", contrat_id=contrat)
    await j.jouer(gestionnaire, "transmettre_copie_contrat", contrat_id=contrat)
    await j.jouer(gestionnaire, "lister_contrats")
    await j.jouer(gestionnaire, "lire_contrat", contrat_id=contrat)

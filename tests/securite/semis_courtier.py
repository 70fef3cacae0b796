"""Ce que sème le courtier : son Catalogue, qui le lit, et les contrats de deux organismes."""

from datetime import date
from typing import Any

import httpx

from noyau import ANNUAIRE
from outils.essais.banc import Banc
from services.courtier.tests import marche
from services.courtier.tests.acquisitions import offre_voulue
from tests.securite import courtier_suivi
from tests.securite.gestes import ORGANISMES, fait

DECRET = {"oblige": True, "depuis": "2026-04-01", "motif": "Annexe du décret."}
PIECE = {"genre": "choix", "titre": "Grille", "empreinte": "8" * 64, "datee_le": "2026-09-01"}
VERSION: dict[str, Any] = {
    "titre": "Courriel boréal", "categorie": "courriel", "qualification": "qualifiee",
    "description": "Boîte de 100 Go.", "conversion": {"mesure": "usager", "par_unite": "1"},
}  # fmt: skip


async def semer_courtier(banc: Banc, *, finis: bool = True) -> None:
    """`finis` : les contrats conclus ont pris fin; un système en marche garde son heure."""
    await banc.recevoir(*map(marche.organisme, ORGANISMES))
    for organisme in ORGANISMES:
        mandat = marche.mandat(organisme, f"signataire-{organisme}")
        await banc.recevoir(
            mandat,
            marche.retrait(mandat.mandat_id, date(2027, 4, 1), organisme),
            marche.substitution(mandat.mandat_id, f"substitut-{organisme}", organisme),
        )
    courtier = banc.client("courtier", sujet="courtier-1")
    vendu = marche.Marche(banc, courtier, courtier, courtier)
    entente = await vendu.entente()
    offre_id = await vendu.offre(entente["id"])
    await _catalogue_du_courtier(courtier, entente["fournisseur_id"])
    for organisme in ORGANISMES:
        await _acceder(banc, organisme)
        await fait(courtier, "decret-596", {**DECRET, "organisme": organisme})
        par = banc.client("gestionnaire", organisme=organisme, sujet=f"gest-{organisme}")
        voulue = offre_voulue(offre_id)
        en_cours = await vendu.acquisition(entente["id"], voulue, par=par)
        prepare = await vendu.acquisition(entente["id"], voulue, par=par)
        await fait(par, f"dossiers/{en_cours.id}/pieces", PIECE)
        await fait(courtier, "contrats", vendu.preparation(prepare.id))
        signe = await vendu.acquisition(entente["id"], voulue, par=par)
        debute = vendu.preparation(signe.id, debut=vendu.jour)
        contrat = await fait(courtier, "contrats", debute)
        chemin = f"contrats/{contrat['id']}"
        qui = {"organisme": organisme, "sujet": f"signataire-{organisme}"}
        client = banc.client("signataire", **qui)
        await fait(client, f"{chemin}/validation")
        await fait(client, f"{chemin}/signature", {"partie": "client", **contrat["documents"]})
        await _vie(courtier, par, contrat, str(banc.horloge().isoformat()))
    await courtier_suivi.semer(banc, vendu, entente["id"], offre_id, ORGANISMES, finis=finis)
    nouvelle = {**VERSION, "entente_id": entente["id"]}
    await fait(courtier, f"offres/{offre_id}/versions", nouvelle)


async def _vie(
    courtier: httpx.AsyncClient, client: httpx.AsyncClient, prepare: dict[str, Any], le: str
) -> None:
    """Le contrat conclu, un avenant ouvert, une commande et sa facture."""
    chemin = f"contrats/{prepare['id']}"
    signature = {nom: prepare["documents"][nom] for nom in ("contrat", "annexe_modificative")}
    signature |= {"partie": "fournisseur", "signataire": "NB-007", "signe_le": le}
    contrat = await fait(courtier, f"{chemin}/signature", signature)
    avenant = {"objet": "Plus.", "accessoire": "Le même service.", "avenant": "e" * 64}
    await fait(courtier, f"{chemin}/avenants", {**avenant, "duree_mois": 30})
    offre_id, jour = contrat["elements"][0]["offre_id"], contrat["debut"]
    ligne = {"offre_id": offre_id, "composante": "base", "montant": "100.00"}
    await fait(client, f"{chemin}/commandes", {"bon": "B-1", "datee_le": jour, "lignes": [ligne]})
    facture = {"numero": "F-1", "datee_le": jour, "montant": "90.00", "bon": "B-1"}
    await fait(client, f"{chemin}/factures", facture)


async def _catalogue_du_courtier(courtier: httpx.AsyncClient, fournisseur_id: str) -> None:
    """Ce que le Catalogue dit d'un fournisseur, et ce qu'il en tait; un prestataire."""
    empreinte = {"empreinte": "e" * 64}
    annexe = {"nature": "annexe_modificative", "reference": "AM-14", "en_vigueur_le": "2026-09-01"}
    annexe["empreinte"] = marche.EMPREINTES["annexe_modificative"]
    await fait(courtier, f"fournisseurs/{fournisseur_id}/documents", annexe)
    preuve = {"nature": "rapport_audit", "titre": "SOC 2", "datee_du": "2026-06-30"}
    await fait(courtier, f"fournisseurs/{fournisseur_id}/preuves", preuve | empreinte)
    qualifie = {"nom": "Nimbus Conseil", "volets": ["migration"], "debut": "2026-04-01"}
    await fait(courtier, "prestataires", qualifie)


async def _acceder(banc: Banc, organisme: str) -> None:
    """Les comptes de ceux qui lisent le Catalogue, une exclusion à venir, un abonné, un mot."""
    courtier = banc.client("courtier", sujet="courtier-1")
    signataire = f"signataire-{organisme}"
    anonymes = (f"{role}@{organisme}" for role in sorted(ANNUAIRE.organisme))
    await marche.accorder(banc, organisme, signataire, f"gest-{organisme}", *anonymes)
    exclusion: dict[str, Any] = {"organisme": organisme, "admissible": False}
    exclusion |= {"debut": "2027-04-01", "motif": f"Exclusion de {organisme}"}
    await fait(courtier, "acces/admissibilites", exclusion)
    client = banc.client("signataire", organisme=organisme, sujet=signataire)
    await fait(client, "diffusion", {"courriel": f"avis@{organisme.lower()}.example"})
    mot = {"nature": "document", "objet": "autre", "texte": f"Un mot de {organisme}"}
    commentaire = await fait(client, "commentaires", mot)
    reponse = {"texte": f"Réponse à {organisme}"}
    await fait(courtier, f"commentaires/{commentaire['id']}/reponse", reponse)

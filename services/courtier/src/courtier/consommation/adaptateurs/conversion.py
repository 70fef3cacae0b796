"""Ligne ↔ bilan, commande, facture."""

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from courtier.consommation.domaine.bilan import Bilan
from courtier.consommation.domaine.commandes import (
    Annulation,
    Commande,
    FactureFournisseur,
    LigneCommandee,
    cle_de,
)
from courtier.consommation.domaine.recoupements import Parallele
from courtier.pieces.domaine import Visa
from noyau import Montant
from socle.bd.conversion import colonnes, objet
from socle.bd.instructions import Ligne

_LIGNES = TypeAdapter(tuple[LigneCommandee, ...])
_SOMMES = ("commande", "facture", "consomme", "montant")


def bilan_de(ligne: Ligne) -> Bilan:
    """Le bilan d'une ligne de `bilans`."""
    sommes = {nom: Montant.de(getattr(ligne, nom)) for nom in _SOMMES}
    signales = tuple(part.normalize() for part in ligne.signales)
    return objet(Bilan, ligne, **sommes, signales=signales)


def ligne_de_bilan(bilan: Bilan) -> dict[str, Any]:
    """La ligne de `bilans` d'un bilan."""
    sommes = {nom: getattr(bilan, nom).decimal for nom in _SOMMES}
    return {**colonnes(bilan), **sommes, "signales": list(bilan.signales)}


def commande_de(ligne: Ligne) -> Commande:
    """La commande d'une ligne de `commandes`."""
    return objet(
        Commande,
        ligne,
        lignes=_LIGNES.validate_python(ligne.lignes),
        facture=Montant.de(ligne.facture),
        inscrite=Visa(ligne.inscrite_par, ligne.inscrite_le),
        annulation=_annulation(ligne),
    )


def ligne_de_commande(commande: Commande) -> dict[str, Any]:
    """La ligne de `commandes` d'une commande."""
    return {
        "organisme": commande.organisme,
        "id": commande.id,
        "contrat_id": commande.contrat_id,
        "bon": commande.bon,
        "cle": cle_de(commande.bon),
        "datee_le": commande.datee_le,
        "lignes": _LIGNES.dump_python(commande.lignes, mode="json"),
        "montant": commande.montant.decimal,
        "facture": commande.facture.decimal,
        **_actes(commande),
    }


def facture_de(ligne: Ligne) -> FactureFournisseur:
    """La facture d'une ligne de `factures_fournisseur`."""
    return objet(
        FactureFournisseur,
        ligne,
        montant=Montant.de(ligne.montant),
        inscrite=Visa(ligne.inscrite_par, ligne.inscrite_le),
        annulation=_annulation(ligne),
    )


def ligne_de_facture(facture: FactureFournisseur) -> dict[str, Any]:
    """La ligne de `factures_fournisseur` d'une facture."""
    return {
        "organisme": facture.organisme,
        "id": facture.id,
        "contrat_id": facture.contrat_id,
        "numero": facture.numero,
        "cle": cle_de(facture.numero),
        "bon": facture.bon,
        "bon_cle": facture.bon and cle_de(facture.bon),
        "datee_le": facture.datee_le,
        "montant": facture.montant.decimal,
        "commande_id": facture.commande_id,
        "reduit": facture.reduit,
        **_actes(facture),
    }


def parallele_de(ligne: Ligne) -> Parallele:
    """Le contrat d'une ligne de `PARALLELES`, ses offres ajoutées comprises."""
    ajoutes = (e for changement in ligne.changements for e in changement["ajoutes"])
    return Parallele(
        contrat_id=ligne.id,
        fournisseur_id=ligne.fournisseur_id,
        debut=ligne.debut,
        fin=ligne.fin,
        offres=frozenset(UUID(e["offre_id"]) for e in (*ligne.elements, *ajoutes)),
    )


def _actes(objet_inscrit: Commande | FactureFournisseur) -> dict[str, Any]:
    annulation = objet_inscrit.annulation
    return {
        "inscrite_par": objet_inscrit.inscrite.par,
        "inscrite_le": objet_inscrit.inscrite.le,
        "corrige": objet_inscrit.corrige,
        "annulee_par": annulation and annulation.visa.par,
        "annulee_le": annulation and annulation.visa.le,
        "annulee_motif": annulation and annulation.motif,
    }


def _annulation(ligne: Ligne) -> Annulation | None:
    if ligne.annulee_le is None:
        return None
    return Annulation(ligne.annulee_motif, Visa(ligne.annulee_par, ligne.annulee_le))

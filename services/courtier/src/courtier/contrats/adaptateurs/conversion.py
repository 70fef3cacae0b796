"""Ligne ↔ contrat, dans les deux sens, à la main."""

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from courtier.contrats.domaine.contrat import Contrat, SignatureFournisseur, Visa
from courtier.contrats.domaine.termes import Documents, Element, Termes
from socle.bd.conversion import Ligne


def contrat_de(ligne: Ligne) -> Contrat:
    """Le contrat d'une ligne de `contrats`."""
    return Contrat(
        id=ligne.id,
        version=ligne.version,
        organisme=ligne.organisme,
        fournisseur_id=ligne.fournisseur_id,
        entente_id=ligne.entente_id,
        termes=Termes(ligne.debut, ligne.duree_mois, tuple(map(_element_de, ligne.elements))),
        documents=Documents(
            contrat=ligne.empreinte_contrat,
            annexe_modificative=ligne.empreinte_annexe,
            engagement=ligne.empreinte_engagement,
        ),
        preparation=Visa(ligne.prepare_par, ligne.prepare_le),
        validation=_visa(ligne, "valide"),
        signature_client=_visa(ligne, "client"),
        signature_fournisseur=_signature_fournisseur(ligne),
        copie=_visa(ligne, "copie"),
    )


def ligne_de_contrat(contrat: Contrat) -> dict[str, Any]:
    """La ligne de `contrats` d'un contrat."""
    signature = contrat.signature_fournisseur
    return {
        "organisme": contrat.organisme,
        "id": contrat.id,
        "version": contrat.version,
        "etat": contrat.etat,
        "fournisseur_id": contrat.fournisseur_id,
        "entente_id": contrat.entente_id,
        "debut": contrat.termes.debut,
        "duree_mois": contrat.termes.duree_mois,
        "montant": contrat.termes.montant.decimal,
        "elements": [_element(element) for element in contrat.termes.elements],
        "empreinte_contrat": contrat.documents.contrat,
        "empreinte_annexe": contrat.documents.annexe_modificative,
        "empreinte_engagement": contrat.documents.engagement,
        **_colonnes("prepare", contrat.preparation),
        **_colonnes("valide", contrat.validation),
        **_colonnes("client", contrat.signature_client),
        "fournisseur_par": signature and signature.signataire,
        "fournisseur_le": signature and signature.le,
        **_colonnes("consigne", signature.consignee if signature else None),
        "copie_due_le": signature and signature.copie_due_le,
        **_colonnes("copie", contrat.copie),
    }


def _element_de(element: Mapping[str, Any]) -> Element:
    exacts = {"offre_id": UUID(element["offre_id"]), "prix": Decimal(element["prix"])}
    return Element(**{**element, **exacts})


def _element(element: Element) -> dict[str, Any]:
    return {**asdict(element), "offre_id": str(element.offre_id), "prix": str(element.prix)}


def _visa(ligne: Ligne, acte: str) -> Visa | None:
    le = getattr(ligne, f"{acte}_le")
    return Visa(getattr(ligne, f"{acte}_par"), le) if le else None


def _colonnes(acte: str, visa: Visa | None) -> dict[str, Any]:
    return {f"{acte}_par": visa and visa.par, f"{acte}_le": visa and visa.le}


def _signature_fournisseur(ligne: Ligne) -> SignatureFournisseur | None:
    consignee = _visa(ligne, "consigne")
    if consignee is None:
        return None
    return SignatureFournisseur(
        signataire=ligne.fournisseur_par,
        le=ligne.fournisseur_le,
        consignee=consignee,
        copie_due_le=ligne.copie_due_le,
    )

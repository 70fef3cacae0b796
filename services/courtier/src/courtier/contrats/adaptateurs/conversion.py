"""Ligne ↔ contrat, dans les deux sens, à la main."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from courtier.catalogue.domaine import Composition
from courtier.contrats.domaine.contrat import (
    Contrat,
    SignatureClient,
    SignatureFournisseur,
)
from courtier.contrats.domaine.courants import Changement
from courtier.contrats.domaine.etats import Caducite
from courtier.contrats.domaine.ruptures import RefusDuFournisseur, Resiliation
from courtier.contrats.domaine.termes import Documents, Termes
from courtier.dossiers.domaine.elements import ComposanteRetenue, Element, QuantitePeriode
from courtier.pieces.domaine import Visa
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne

_ELEMENT = TypeAdapter(Element)
"""En JSON, une somme est un texte."""
_CHANGEMENTS = TypeAdapter(tuple[Changement, ...])
_REFUS = TypeAdapter(RefusDuFournisseur | None)
_RESILIATION = TypeAdapter(Resiliation | None)
_CADUCITE = TypeAdapter(Caducite | None)


def contrat_de(ligne: Ligne) -> Contrat:
    """Le contrat d'une ligne de `contrats`."""
    return Contrat(
        id=ligne.id,
        version=ligne.version,
        organisme=ligne.organisme,
        fournisseur_id=ligne.fournisseur_id,
        entente_id=ligne.entente_id,
        termes=Termes(
            ligne.debut,
            ligne.duree_mois,
            tuple(_element_de(element, ligne.duree_mois) for element in ligne.elements),
        ),
        documents=Documents(
            contrat=ligne.empreinte_contrat,
            annexe_modificative=ligne.empreinte_annexe,
            engagement=ligne.empreinte_engagement,
        ),
        preparation=Visa(ligne.prepare_par, ligne.prepare_le),
        dossier_id=ligne.dossier_id,
        imputation=ligne.imputation,
        validation=_visa(ligne, "valide"),
        signature_client=_signature_client(ligne),
        signature_fournisseur=_signature_fournisseur(ligne),
        copie=_visa(ligne, "copie"),
        refus=_REFUS.validate_python(ligne.refus),
        resiliation=_RESILIATION.validate_python(ligne.resiliation),
        changements=_CHANGEMENTS.validate_python(ligne.changements),
        echeance_annoncee=ligne.echeance_annoncee,
        caducite=_CADUCITE.validate_python(ligne.caducite),
    )


def ligne_de_contrat(contrat: Contrat) -> dict[str, Any]:
    """La ligne de `contrats` d'un contrat."""
    client, signature = contrat.signature_client, contrat.signature_fournisseur
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
        "elements": [
            _ELEMENT.dump_python(element, mode="json") for element in contrat.termes.elements
        ],
        "dossier_id": contrat.dossier_id,
        "imputation": contrat.imputation,
        "empreinte_contrat": contrat.documents.contrat,
        "empreinte_annexe": contrat.documents.annexe_modificative,
        "empreinte_engagement": contrat.documents.engagement,
        **_colonnes("prepare", contrat.preparation),
        **_colonnes("valide", contrat.validation),
        **_colonnes("client", client),
        "client_mandat": client and client.mandat_id,
        "client_substitution": client and client.substitution_id,
        "fournisseur_par": signature and signature.signataire,
        "fournisseur_le": signature and signature.le,
        **_colonnes("consigne", signature.consignee if signature else None),
        "copie_due_le": signature and signature.copie_due_le,
        **_colonnes("copie", contrat.copie),
        "changements": _CHANGEMENTS.dump_python(contrat.changements, mode="json"),
        "refus": _REFUS.dump_python(contrat.refus, mode="json"),
        "resiliation": _RESILIATION.dump_python(contrat.resiliation, mode="json"),
        "resilie": contrat.resiliation is not None,
        "echeance_annoncee": contrat.echeance_annoncee,
        "caducite": _CADUCITE.dump_python(contrat.caducite, mode="json"),
        "fin": contrat.fin,
        "montant_courant": contrat.courants.montant.decimal,
    }


def _element_de(element: Mapping[str, Any], duree_mois: int) -> Element:
    if "composantes" in element:
        return _ELEMENT.validate_python(element)
    return _element_court(element, duree_mois)


def _element_court(element: Mapping[str, Any], duree_mois: int) -> Element:
    """Un élément d'avant les composantes : une quantité de la base, pour toute la durée."""
    prix = Composition.simple(Decimal(element["prix"]))
    toute = (QuantitePeriode(1, duree_mois, element["quantite"]),)
    return Element(
        offre_id=UUID(element["offre_id"]),
        version_offre=element["version_offre"],
        version_prix=element["version_prix"],
        composantes=tuple(
            ComposanteRetenue(**colonnes(c), quantites=toute) for c in prix.composantes
        ),
        modalites=prix.modalites,
    )


def _visa(ligne: Ligne, acte: str) -> Visa | None:
    le = getattr(ligne, f"{acte}_le")
    return Visa(getattr(ligne, f"{acte}_par"), le) if le else None


def _colonnes(acte: str, visa: Visa | SignatureClient | None) -> dict[str, Any]:
    return {f"{acte}_par": visa and visa.par, f"{acte}_le": visa and visa.le}


def _signature_client(ligne: Ligne) -> SignatureClient | None:
    visa = _visa(ligne, "client")
    if visa is None:
        return None
    return SignatureClient(visa.par, visa.le, ligne.client_mandat, ligne.client_substitution)


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

"""Ligne ↔ agrégat, dans les deux sens, à la main."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from courtier.domaine.contrats import Contrat, SignatureFournisseur, Trace
from courtier.domaine.ententes import EntenteCadre
from courtier.domaine.fournisseurs import (
    Fiche,
    Fournisseur,
    LieuHebergement,
    PersonneRessource,
    Zone,
)
from courtier.domaine.offres import Caracteristiques, Offre, Qualification
from courtier.domaine.prix import Prix, dollars
from courtier.domaine.termes import Documents, Element, Termes

Ligne = Row[Any]


def fournisseur_de(ligne: Ligne) -> Fournisseur:
    """Le fournisseur d'une ligne de `fournisseurs`."""
    personnes = ligne.personnes_ressources
    return Fournisseur(
        id=ligne.id,
        version=ligne.version,
        fiche=Fiche(
            nom=ligne.nom,
            neq=ligne.neq,
            pays=ligne.pays,
            partenaire=ligne.partenaire,
            personnes_ressources=tuple(PersonneRessource(**p) for p in personnes),
            lieux_hebergement=_lieux(ligne.lieux_hebergement),
            developpement_durable=tuple(ligne.developpement_durable),
            accessibilite=ligne.accessibilite,
            conditions=ligne.conditions,
            annexe_modificative=ligne.annexe_modificative,
        ),
    )


def ligne_fournisseur(fournisseur: Fournisseur) -> dict[str, Any]:
    """La ligne de `fournisseurs` d'un fournisseur."""
    return {"id": fournisseur.id, "version": fournisseur.version, **asdict(fournisseur.fiche)}


def entente_de(ligne: Ligne) -> EntenteCadre:
    """L'entente-cadre d'une ligne de `ententes`."""
    return EntenteCadre(
        id=ligne.id,
        numero=ligne.numero,
        fournisseur_id=ligne.fournisseur_id,
        debut=ligne.debut,
        fin=ligne.fin,
    )


def offre_de(ligne: Ligne) -> Offre:
    """L'offre d'une ligne de `offres_versions`, avec `fournisseur_id`."""
    return Offre(
        id=ligne.offre_id,
        fournisseur_id=ligne.fournisseur_id,
        version=ligne.version,
        publiee=ligne.publiee,
        depuis=ligne.depuis,
        caracteristiques=Caracteristiques(
            titre=ligne.titre,
            categorie=ligne.categorie,
            description=ligne.description,
            entente_id=ligne.entente_id,
            qualification=Qualification(ligne.qualification),
            lieux_hebergement=_lieux(ligne.lieux_hebergement),
        ),
    )


def ligne_version(offre: Offre) -> dict[str, Any]:
    """La ligne de `offres_versions` d'une offre."""
    return {
        "offre_id": offre.id,
        "version": offre.version,
        "publiee": offre.publiee,
        "depuis": offre.depuis,
        **asdict(offre.caracteristiques),
    }


def prix_de(ligne: Ligne) -> Prix:
    """La version de prix d'une ligne de `offres_prix`."""
    return Prix(ligne.version, ligne.en_vigueur_le, dollars(ligne.prix), ligne.publie_le)


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
        preparation=Trace(ligne.prepare_par, ligne.prepare_le),
        validation=_trace(ligne, "valide"),
        signature_client=_trace(ligne, "client"),
        signature_fournisseur=_signature_fournisseur(ligne),
        copie=_trace(ligne, "copie"),
    )


def ligne_contrat(contrat: Contrat) -> dict[str, Any]:
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
    return Element(
        offre_id=UUID(element["offre_id"]),
        quantite=element["quantite"],
        prix=Decimal(element["prix"]),
        version_prix=element["version_prix"],
        version_offre=element["version_offre"],
    )


def _element(element: Element) -> dict[str, Any]:
    return {**asdict(element), "offre_id": str(element.offre_id), "prix": str(element.prix)}


def _lieux(valeur: Iterable[Mapping[str, str]]) -> tuple[LieuHebergement, ...]:
    return tuple(LieuHebergement(lieu["lieu"], Zone(lieu["zone"])) for lieu in valeur)


def _trace(ligne: Ligne, acte: str) -> Trace | None:
    le = getattr(ligne, f"{acte}_le")
    return Trace(getattr(ligne, f"{acte}_par"), le) if le else None


def _colonnes(acte: str, trace: Trace | None) -> dict[str, Any]:
    return {f"{acte}_par": trace and trace.par, f"{acte}_le": trace and trace.le}


def _signature_fournisseur(ligne: Ligne) -> SignatureFournisseur | None:
    consignee = _trace(ligne, "consigne")
    if consignee is None:
        return None
    return SignatureFournisseur(
        signataire=ligne.fournisseur_par,
        le=ligne.fournisseur_le,
        consignee=consignee,
        copie_due_le=ligne.copie_due_le,
    )

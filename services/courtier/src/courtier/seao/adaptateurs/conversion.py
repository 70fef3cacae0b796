"""Lignes ↔ publication d'un contrat, dans les deux sens, à la main."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from courtier.pieces.domaine import Visa
from courtier.seao.domaine import ocds
from courtier.seao.domaine.publication import (
    Avis,
    Declaration,
    Echeance,
    Etape,
    NatureEtape,
    Partie,
    Publication,
)
from noyau import Montant
from socle.bd.instructions import Ligne

_ECHEANCES = TypeAdapter(tuple[Echeance, ...])


def publication_de(ligne: Ligne, etapes: Sequence[Ligne]) -> Publication:
    """La publication d'une ligne de `vues.PUBLICATIONS`, et de ses étapes par rang."""
    return Publication(
        contrat_id=ligne.id,
        version=ligne.version,
        organisme=_organisme(ligne),
        fournisseur=_fournisseur(ligne),
        entente=ligne.entente,
        debut=ligne.debut,
        requise=ligne.requise,
        etapes=tuple(map(etape_de, etapes)),
        echeances=_ECHEANCES.validate_python(ligne.echeances),
        numero=ligne.numero,
        declaration=_declaration(ligne),
    )


def contrat_de(ligne: Ligne) -> ocds.Contrat:
    """Ce que ses données ouvertes disent d'un contrat, d'une ligne de `vues.ETAPES`."""
    return ocds.Contrat(
        id=ligne.contrat_id,
        organisme=_organisme(ligne),
        fournisseur=_fournisseur(ligne),
        entente=ligne.entente,
        debut=ligne.debut,
        conclu_le=ligne.conclu_le,
        montant=Montant.de(ligne.montant_conclu),
        numero=ligne.numero,
        declaration=_declaration(ligne),
    )


def etape_de(ligne: Ligne) -> Etape:
    """L'étape d'une ligne de `etapes_seao`."""
    avis = None
    if ligne.avis_publie_le is not None:
        visa = Visa(ligne.avis_par, ligne.avis_le)
        avis = Avis(publie_le=ligne.avis_publie_le, consigne=visa)
    return Etape(
        id=ligne.id,
        nature=NatureEtape(ligne.nature),
        montant=Montant.de(ligne.montant),
        fin=ligne.fin,
        le=ligne.le,
        consignee=Visa(ligne.consignee_par, ligne.consignee_le),
        avis=avis,
    )


def ligne_de_publication(publication: Publication) -> dict[str, Any]:
    """La ligne de `publications_seao` d'une publication."""
    declare = publication.declaration
    return {
        "organisme": publication.organisme.code,
        "id": publication.contrat_id,
        "version": publication.version,
        "requise": publication.requise,
        "organisme_nom": publication.organisme.nom,
        "organisme_neq": publication.organisme.neq,
        "fournisseur_id": publication.fournisseur.code,
        "fournisseur_nom": publication.fournisseur.nom,
        "fournisseur_neq": publication.fournisseur.neq,
        "entente": publication.entente,
        "debut": publication.debut,
        "conclu_le": publication.conclusion.le,
        "montant": publication.conclusion.montant.decimal,
        "numero": publication.numero,
        "indicateur": declare and declare.indicateur,
        "titre": declare and declare.titre,
        "reference": declare and declare.reference,
        "echeances": _ECHEANCES.dump_python(publication.echeances, mode="json"),
        "due_le": publication.due_le,
    }


def lignes_d_etapes(publication: Publication) -> list[dict[str, Any]]:
    """Les lignes de `etapes_seao` d'une publication, par rang."""
    return [
        {
            "organisme": publication.organisme.code,
            "contrat_id": publication.contrat_id,
            "id": etape.id,
            "rang": rang,
            "nature": etape.nature,
            "montant": etape.montant.decimal,
            "fin": etape.fin,
            "le": etape.le,
            "consignee_par": etape.consignee.par,
            "consignee_le": etape.consignee.le,
            "avis_publie_le": etape.avis and etape.avis.publie_le,
            "avis_par": etape.avis and etape.avis.consigne.par,
            "avis_le": etape.avis and etape.avis.consigne.le,
        }
        for rang, etape in enumerate(publication.etapes, 1)
    ]


def _organisme(ligne: Ligne) -> Partie:
    return Partie(code=ligne.organisme, nom=ligne.organisme_nom, neq=ligne.organisme_neq)


def _fournisseur(ligne: Ligne) -> Partie:
    return Partie(
        code=str(ligne.fournisseur_id), nom=ligne.fournisseur_nom, neq=ligne.fournisseur_neq
    )


def _declaration(ligne: Ligne) -> Declaration | None:
    if ligne.indicateur is None:
        return None
    return Declaration(indicateur=ligne.indicateur, titre=ligne.titre, reference=ligne.reference)

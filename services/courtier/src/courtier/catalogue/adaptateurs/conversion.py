"""Ligne ↔ agrégat, dans les deux sens; le reste se lit par le nom de ses colonnes."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields, replace
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from courtier.catalogue.domaine import (
    BASE,
    ActePose,
    Caracteristiques,
    Composition,
    DocumentPublie,
    EntenteCadre,
    Fiche,
    Fournisseur,
    LieuHebergement,
    NatureDocument,
    Offre,
    PersonneRessource,
    Prix,
    RetraitOffre,
    Zone,
    dollars,
)
from noyau import en_utc
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.bd.recherche import plier

_COMPOSITION = TypeAdapter(Composition)
"""En JSON, une somme est un texte."""
_CARACTERISTIQUES = TypeAdapter(Caracteristiques)
_ACTES = TypeAdapter(tuple[ActePose, ...])


def fournisseur_de(ligne: Ligne) -> Fournisseur:
    """Le fournisseur d'une ligne de `fournisseurs`."""
    fiche = replace(
        objet(Fiche, ligne),
        personnes_ressources=tuple(PersonneRessource(**p) for p in ligne.personnes_ressources),
        lieux_hebergement=_lieux(ligne.lieux_hebergement),
    )
    return Fournisseur(id=ligne.id, version=ligne.version, fiche=fiche)


def ligne_de_fournisseur(fournisseur: Fournisseur) -> dict[str, Any]:
    """La ligne de `fournisseurs` d'un fournisseur."""
    return {"id": fournisseur.id, "version": fournisseur.version, **asdict(fournisseur.fiche)}


def entente_de(ligne: Ligne) -> EntenteCadre:
    """L'entente-cadre d'une ligne de `vues_fournisseurs.ENTENTE`, avec ses actes."""
    actes = (
        replace(acte, pose_le=en_utc(acte.pose_le)) for acte in _ACTES.validate_python(ligne.actes)
    )
    return objet(EntenteCadre, ligne, actes=tuple(actes))


def document_de(ligne: Ligne) -> DocumentPublie:
    """La version d'un document d'une ligne de `fournisseurs_documents`."""
    return objet(DocumentPublie, ligne, nature=NatureDocument(ligne.nature))


def offre_de(ligne: Ligne) -> Offre:
    """L'offre d'une ligne de `vues.PRESENTES`."""
    return Offre(
        id=ligne.id,
        fournisseur_id=ligne.fournisseur_id,
        version=ligne.version,
        publiee=ligne.publiee,
        depuis=ligne.depuis,
        caracteristiques=_CARACTERISTIQUES.validate_python(
            {champ.name: getattr(ligne, champ.name) for champ in fields(Caracteristiques)}
        ),
        retrait=RetraitOffre(ligne.retrait_le, ligne.retrait_motif) if ligne.retrait_le else None,
    )


def ligne_de_version(offre: Offre, *, categorie: str, fournisseur: str) -> dict[str, Any]:
    """La ligne de `offres_versions` d'une offre; `categorie` et `fournisseur`, par leur nom."""
    decrite = offre.caracteristiques
    # Ce qui porte un décimal voyage en texte; ce qui a sa colonne garde son type.
    imbriquees = {nom: v for nom, v in asdict(decrite).items() if nom not in _EN_JSON}
    en_json = _CARACTERISTIQUES.dump_python(decrite, mode="json", include=_EN_JSON)
    return {
        "offre_id": offre.id,
        "version": offre.version,
        "publiee": offre.publiee,
        "depuis": offre.depuis,
        "retrait_le": offre.retrait and offre.retrait.le,
        "retrait_motif": offre.retrait and offre.retrait.motif,
        "recherche": recherche_de(decrite.titre, decrite.description, categorie, fournisseur),
        **imbriquees,
        **en_json,
    }


_EN_JSON = {"engagement", "conversion", "responsable_technique"}


def recherche_de(*textes: str) -> str:
    """Ce que la recherche d'une offre regarde."""
    return plier(" ".join(textes))


def prix_de(colonnes: Mapping[str, Any]) -> Prix:
    """La version de prix d'une ligne de `offres_prix`; d'avant les composantes, forme courte."""
    if colonnes["composantes"] is None:
        composition = Composition.simple(dollars(colonnes["prix"]))
    else:
        composition = _COMPOSITION.validate_python(
            {nom: colonnes[nom] for nom in ("composantes", "modalites")}
        )
    return Prix(colonnes["version"], colonnes["en_vigueur_le"], composition, colonnes["publie_le"])


def ligne_de_prix(offre_id: UUID, prix: Prix) -> dict[str, Any]:
    """La ligne de `offres_prix`; `prix` y est celui de la base, que lit la version d'avant."""
    return {
        "offre_id": offre_id,
        "version": prix.version,
        "en_vigueur_le": prix.en_vigueur_le,
        "publie_le": prix.publie_le,
        "prix": prix.composition.par_code[BASE].prix,
        "prix_mensuel": prix.composition.base_mensuelle,
        **_COMPOSITION.dump_python(prix.composition, mode="json"),
    }


def _lieux(valeur: Iterable[Mapping[str, str]]) -> tuple[LieuHebergement, ...]:
    return tuple(LieuHebergement(lieu["lieu"], Zone(lieu["zone"])) for lieu in valeur)

"""Ligne ↔ agrégat, dans les deux sens; le reste se lit par le nom de ses colonnes."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from courtier.catalogue.domaine import (
    BASE,
    Caracteristiques,
    Composition,
    Fiche,
    Fournisseur,
    LieuHebergement,
    Offre,
    PersonneRessource,
    Prix,
    Qualification,
    Zone,
    dollars,
)
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne

_COMPOSITION = TypeAdapter(Composition)
"""En JSON, une somme est un texte."""


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


def offre_de(ligne: Ligne) -> Offre:
    """L'offre d'une ligne de `vues.PRESENTES`."""
    return Offre(
        id=ligne.id,
        fournisseur_id=ligne.fournisseur_id,
        version=ligne.version,
        publiee=ligne.publiee,
        depuis=ligne.depuis,
        caracteristiques=replace(
            objet(Caracteristiques, ligne),
            qualification=Qualification(ligne.qualification),
            lieux_hebergement=_lieux(ligne.lieux_hebergement),
        ),
    )


def ligne_de_version(offre: Offre) -> dict[str, Any]:
    """La ligne de `offres_versions` d'une offre."""
    return {
        "offre_id": offre.id,
        "version": offre.version,
        "publiee": offre.publiee,
        "depuis": offre.depuis,
        **asdict(offre.caracteristiques),
    }


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
        **_COMPOSITION.dump_python(prix.composition, mode="json"),
    }


def _lieux(valeur: Iterable[Mapping[str, str]]) -> tuple[LieuHebergement, ...]:
    return tuple(LieuHebergement(lieu["lieu"], Zone(lieu["zone"])) for lieu in valeur)

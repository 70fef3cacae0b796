"""Deux versions d'une offre, comparées champ par champ, prix compris (CI-12)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from courtier.catalogue.domaine.offres import Offre
from courtier.catalogue.domaine.prix import Prix


@dataclass(frozen=True, slots=True)
class VersionAuCatalogue:
    """Une version d'une offre, et le prix de son dernier jour, s'il y en avait un."""

    offre: Offre
    prix: Prix | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Un champ qui diffère : ce qu'il disait, ce qu'il dit."""

    champ: str
    avant: Any
    apres: Any


def differences(avant: VersionAuCatalogue, apres: VersionAuCatalogue) -> tuple[Difference, ...]:
    """Ce qui diffère, dans l'ordre des champs; d'un prix, composante par composante."""
    dits, dites = dict(_champs(avant)), dict(_champs(apres))
    noms = dict.fromkeys([*dits, *dites])
    return tuple(
        Difference(nom, dits.get(nom), dites.get(nom))
        for nom in noms
        if dits.get(nom) != dites.get(nom)
    )


def _champs(version: VersionAuCatalogue) -> Iterator[tuple[str, Any]]:
    offre = version.offre
    yield "publiee", offre.publiee
    yield "retrait", offre.retrait
    for champ in fields(offre.caracteristiques):
        yield champ.name, getattr(offre.caracteristiques, champ.name)
    yield from _du_prix(version.prix).items()


def _du_prix(prix: Prix | None) -> Mapping[str, Any]:
    if prix is None:
        return {}
    composantes = prix.composition.par_code
    return {
        "prix.modalites": prix.composition.modalites,
        **{f"prix.composantes.{code}": composantes[code] for code in sorted(composantes)},
    }

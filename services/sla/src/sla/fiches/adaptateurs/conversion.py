"""Fiche ↔ ligne de `fiches`, ses indicateurs en JSON; calendrier reçu → ligne de `calendriers`."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from sla.fiches.domaine import CalendrierRecu, Fiche, Indicateur
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne

_INDICATEURS = TypeAdapter(tuple[Indicateur, ...])


def ligne_de_fiche(fiche: Fiche) -> dict[str, object]:
    """Les colonnes d'une version de fiche."""
    document = _INDICATEURS.dump_python(fiche.indicateurs, mode="json")
    return {**colonnes(fiche), "indicateurs": document}


def fiche(ligne: Ligne) -> Fiche:
    """La version de fiche d'une ligne de `fiches`."""
    return Fiche(**{**ligne._asdict(), "indicateurs": indicateurs(ligne.indicateurs)})


def indicateurs(documents: Sequence[dict[str, Any]]) -> tuple[Indicateur, ...]:
    """Les indicateurs de leurs documents."""
    return _INDICATEURS.validate_python(documents)


def ligne_de_calendrier(recu: CalendrierRecu) -> dict[str, object]:
    """Les colonnes d'une version du calendrier."""
    version = recu.version
    return {
        "version": version.version,
        "en_vigueur_depuis": version.en_vigueur_depuis,
        "rang": recu.rang,
        "document": version.vers_document(),
    }

"""Fiche ↔ ligne de `fiches`; ses indicateurs sont un document JSON."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sla.fiches.domaine import Fiche, Indicateur
from socle.bd.conversion import Ligne, colonnes


def ligne_de_fiche(fiche: Fiche) -> dict[str, object]:
    """Les colonnes d'une version de fiche."""
    indicateurs = [
        {**asdict(i), "cible": None if i.cible is None else str(i.cible)} for i in fiche.indicateurs
    ]
    return {**colonnes(fiche), "indicateurs": indicateurs}


def fiche(ligne: Ligne) -> Fiche:
    """La version de fiche d'une ligne de `fiches`."""
    valeurs = {**ligne._mapping, "indicateurs": tuple(map(_indicateur, ligne.indicateurs))}
    return Fiche(**valeurs)


def _indicateur(document: dict[str, Any]) -> Indicateur:
    cible = document["cible"]
    listes = {nom: tuple(document[nom]) for nom in ("sortes", "fin", "conditions")}
    return Indicateur(**{**document, **listes, "cible": Decimal(cible) if cible else None})

"""Le tableau du Courtier en CSV : un cas par rangée, toutes rubriques."""

from collections.abc import Iterator
from typing import Final

from courtier.bord.domaine.tableau import DEFINITIONS, Constat

COLONNES: Final = (
    "rubrique", "libelle", "organisme", "nom", "date_dite", "le", "montant", "lien",
)  # fmt: skip
EN_TETES: Final = {
    "Vary": "Accept",
    "Content-Disposition": 'attachment; filename="bord.csv"',
}


def rangees(constat: Constat) -> Iterator[tuple[object, ...]]:
    """Les rangées d'une rubrique."""
    dite = DEFINITIONS[constat.rubrique]
    for cas in constat.cas:
        yield (
            constat.rubrique.value, dite.libelle, cas.organisme, cas.nom, dite.date_dite, cas.le,
            cas.montant, cas.lien,
        )  # fmt: skip

"""Les mesures en CSV : une rangée par mesure, les colonnes de leur JSON."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final

from sla.mesures.domaine.conditions import Conclusion
from socle.bd.instructions import Ligne

_CHAMPS: Final = (
    "id", "organisme", "sujet", "sujet_id", "numero", "sorte", "indicateur", "fiche",
    "fiche_version", "horloge", "delai", "cible", "calendrier", "j0", "fin", "jours", "echeance",
    "periode", "exercice", "verdict", "raison", "exclue", "signalee",
)  # fmt: skip
COLONNES: Final = (*_CHAMPS, "conditions")
"""`conditions` : celles qui excluent la mesure, par code."""
EN_TETES: Final = {
    "Vary": "Accept",
    "Content-Disposition": 'attachment; filename="mesures.csv"',
}


async def lots(
    pages: AsyncIterator[Sequence[Any]],
) -> AsyncIterator[Iterable[Iterable[object]]]:
    """Les rangées de chaque page de mesures."""
    async for page in pages:
        yield map(_rangee, page)


def _rangee(ligne: Ligne) -> Iterable[object]:
    excluent = (e for e in ligne.examens if e["conclusion"] == Conclusion.EXCLUE.value)
    champs = (getattr(ligne, nom) for nom in _CHAMPS)
    return (*champs, " ".join(e["condition"] for e in excluent))

"""Les taux en CSV : une rangée par taux, ce qui est dans le JSON mis à plat."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any, Final

from sla.taux.entrees.schemas import ChiffresOut, PartOut, TauxOut
from socle.bd.instructions import Ligne

_TETE: Final = (
    "indicateur", "libelle", "organisme", "periode", "exercice", "unite", "opposable", "fermee_le",
)  # fmt: skip
_PART: Final = (
    "mesurees", "conformes", "manquees", "depassees", "taux", "cible_atteinte", "etat",
)  # fmt: skip
_CHIFFRES: Final = (
    "cible",
    *(f"{part}_{nom}" for part in ("brut", "ajuste") for nom in _PART),
    "signalees",
    "exclues",
)
_QUEUE: Final = ("en_cours", "a_risque", "en_retard", "corrections")
_MOIS: Final = ("mois_fermes", "mois_ouverts")
COLONNES: Final = (
    *_TETE, *_CHIFFRES, *_QUEUE, *_MOIS, "avertissement", "reserves",
    *(f"corrige_{nom}" for nom in _CHIFFRES),
)  # fmt: skip
"""`exclues` : « a 3 c 1 », par condition; `corrige_…` est vide si rien n'est corrigé."""
EN_TETES: Final = {
    "Vary": "Accept",
    "Content-Disposition": 'attachment; filename="taux.csv"',
}


async def lots(
    pages: AsyncIterator[Sequence[Any]], presenter: Callable[[Ligne], TauxOut]
) -> AsyncIterator[Iterable[Iterable[object]]]:
    """Les rangées de chaque page de taux."""
    async for page in pages:
        yield (_rangee(presenter(ligne)) for ligne in page)


def _rangee(taux: TauxOut) -> Iterable[object]:
    corriges = ("",) * len(_CHIFFRES) if taux.corrige is None else _chiffres(taux.corrige)
    return (
        *(getattr(taux, nom) for nom in _TETE),
        *_chiffres(taux),
        *(getattr(taux, nom) for nom in _QUEUE),
        *(" ".join(getattr(taux, nom)) for nom in _MOIS),
        taux.brut.avertissement,
        " ".join(f"{r.periode} : {r.motif}" for r in taux.reserves),
        *corriges,
    )


def _chiffres(chiffres: ChiffresOut) -> tuple[object, ...]:
    return (
        chiffres.cible,
        *_part(chiffres.brut),
        *_part(chiffres.ajuste),
        chiffres.signalees,
        " ".join(f"{e.condition} {e.nombre}" for e in chiffres.exclues),
    )


def _part(part: PartOut) -> tuple[object, ...]:
    return tuple(getattr(part, nom) for nom in _PART)

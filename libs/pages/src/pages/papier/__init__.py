"""Un document composé en PDF accessible (PDF/UA-1, SGQRI 008), par typst, de nos seules polices."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from threading import BoundedSemaphore
from typing import Any, Final

import typst

from noyau import debut_du_jour
from pages.papier.glyphes import DOSSIER, POLICES, REMPLACANT, dessinable

_PRESSES: Final = BoundedSemaphore(2)
"""Un long document prend une centaine de Mio à composer : deux à la fois."""


def composer(
    gabarit: bytes,
    donnees: Mapping[str, Any],
    *,
    le: date,
    tels_quels: Collection[str] = (),
) -> bytes:
    """Le PDF d'un gabarit typst; les mêmes données, le même jour, donnent les mêmes octets.

    Le gabarit lit `f`, les données, et suit `papier.typ`, qui pose la feuille. `tels_quels` nomme
    les champs qui se recopient : rien n'y est typographié. `f.remplacements` dit si un caractère
    que nulle police ne dessine a été remplacé.
    """
    prepare = {**_typographier(donnees, tels_quels), "polices": POLICES}
    prepare["remplacements"] = REMPLACANT in json.dumps(prepare, ensure_ascii=False)
    with _PRESSES:
        return typst.compile(
            _feuille() + gabarit,
            format="pdf",
            sys_inputs={"donnees": json.dumps(prepare, ensure_ascii=False)},
            pdf_standards="ua-1",
            font_paths=_polices(),
            # Le jour de Québec : minuit UTC en serait encore la veille.
            timestamp=debut_du_jour(le),
        )


@cache
def _feuille() -> bytes:
    return files(__package__).joinpath("papier.typ").read_bytes()


@cache
def _polices() -> typst.Fonts:
    """Les nôtres seulement : `glyphes` sait ce qu'elles dessinent."""
    siennes = {"include_system_fonts": False, "include_embedded_fonts": False}
    return typst.Fonts(**siennes, font_paths=[DOSSIER])


def _typographier(valeur: Any, tels_quels: Collection[str], nom: str = "") -> Any:  # noqa: ANN401
    """Ce que les polices dessinent, et une seule apostrophe, la typographique."""
    if isinstance(valeur, str):
        dessine = dessinable(valeur)
        return dessine if nom in tels_quels else dessine.replace("'", "’")
    if isinstance(valeur, Mapping):
        return {nom: _typographier(v, tels_quels, nom) for nom, v in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_typographier(v, tels_quels, nom) for v in valeur]
    return valeur

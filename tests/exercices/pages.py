"""Les commandes que les pages font taper, et celles que les exercices ont jouées."""

import re
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

DOSSIER = Path(__file__).parents[2] / "docs" / "exploitation"
PAGES = ("mise-a-niveau", "rotations", "sauvegarde")
"""Celles dont toute commande se joue ici."""
_A_JOUER = re.compile(r"^    ((?:python -m|sbg) .+)$", re.MULTILINE)
_VARIABLE = re.compile(r"/.*|\d{4}-\d\d-\d\dT.*|\d{4}-\d\d|.*….*")
"""Ce qu'une page donne en exemple : un chemin, un instant, un mois."""
Commande = tuple[str, ...]


@dataclass(slots=True)
class Jouees:
    """Les commandes jouées, sans ce qui y varie."""

    _jouees: set[Commande] = field(default_factory=set)

    def noter(self, appel: Sequence[str]) -> None:
        """Retient une commande, telle qu'elle se lance."""
        programme = "python" if appel[0] == sys.executable else Path(appel[0]).name
        self._jouees.add(_sans_variables([programme, *appel[1:]]))

    def manquantes(self) -> list[str]:
        """Les commandes des pages que rien n'a jouées."""
        return [ligne for ligne in ecrites() if _sans_variables(_mots(ligne)) not in self._jouees]


def ecrites() -> Iterator[str]:
    """Chaque commande que ces pages font taper."""
    for page in PAGES:
        texte = (DOSSIER / f"{page}.md").read_text("utf-8")
        yield from _A_JOUER.findall(texte)


def _mots(ligne: str) -> list[str]:
    return shlex.split(ligne, comments=True)


def _sans_variables(mots: Iterable[str]) -> Commande:
    return tuple("…" if _VARIABLE.fullmatch(mot) else mot for mot in mots)

"""Des règles faussées une à une : l'oracle doit voir chacune.

Un mutant est une copie d'un paquet où un passage est remplacé; elle vit le temps qu'on la juge.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

RACINE: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Mutant:
    """Une règle, le fichier qui la tient, ce qu'on y remplace."""

    regle: str
    faute: str
    fichier: str
    """Depuis la racine du dépôt : « libs/noyau/src/noyau/… »."""
    avant: str
    apres: str

    @property
    def paquet(self) -> Path:
        """Le dossier du paquet, celui qui suit `src`."""
        pieces = Path(self.fichier).parts
        return Path(*pieces[: pieces.index("src") + 2])


def ecrire(mutant: Mutant, dossier: Path) -> None:
    """Copie le paquet dans ce dossier, faussé; lève `ValueError` si le passage n'y est pas."""
    texte = (RACINE / mutant.fichier).read_text("utf-8")
    if (fois := texte.count(mutant.avant)) != 1:
        raise ValueError(f"{mutant.fichier} : « {mutant.avant} » y est {fois} fois.")
    copie = dossier / mutant.paquet.name
    sans = shutil.ignore_patterns("__pycache__")
    shutil.copytree(RACINE / mutant.paquet, copie, ignore=sans)
    fichier = copie / Path(mutant.fichier).relative_to(mutant.paquet)
    fichier.write_text(texte.replace(mutant.avant, mutant.apres), "utf-8")


def survit(mutant: Mutant | None, jouer: str) -> bool:
    """Vrai si ce programme n'y voit rien; sans mutant, c'est le produit lui-même.

    Lève `RuntimeError` si la copie ne tourne pas : ce n'est pas l'oracle qui l'a vue.
    """
    with TemporaryDirectory() as temporaire:
        chemins = [str(RACINE)]
        if mutant is not None:
            ecrire(mutant, Path(temporaire))
            chemins.insert(0, temporaire)
        joue = subprocess.run(  # noqa: S603 -- notre propre copie, sans rien qui vienne d'ailleurs
            [sys.executable, "-c", jouer],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(chemins)},
            capture_output=True,
            check=False,
            text=True,
        )
    if joue.returncode and "Desaccord" not in joue.stderr:
        raise RuntimeError(f"{mutant} ne tourne pas : {joue.stderr[-500:]}")
    return joue.returncode == 0


def juges(mutants: Sequence[Mutant], jouer: str) -> Iterator[tuple[Mutant, bool]]:
    """Chaque mutant, et s'il survit."""
    with ThreadPoolExecutor(os.cpu_count()) as fils:
        yield from zip(mutants, fils.map(partial(survit, jouer=jouer), mutants), strict=True)

"""La version d'avant, N−1, tirée de l'histoire du dépôt; elle vit dans l'environnement de N."""

import io
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.exercices.defauts import ExerciceManque

RACINE = Path(__file__).parents[2]
VARIABLE = "SBG_N_MOINS_1"
"""Le commit à prendre pour N−1; absent, le dernier dont le schéma de chaque service diffère."""
_VERROU = "requirements/services.lock"


@dataclass(frozen=True, slots=True)
class Arbre:
    """Les sources d'une version; celles de N sont déjà celles de l'environnement."""

    nom: str
    commit: str = "HEAD"
    sources: Sequence[Path] = ()

    @classmethod
    def n(cls) -> Self:
        """La version de ce dépôt, telle quelle."""
        return cls("N")

    @classmethod
    def n_moins_1(cls, services: Sequence[str], voulu: str | None, vers: Path) -> Self:
        """Tire N−1 de l'histoire et la pose sous `vers`.

        Lève `ExerciceManque` si l'histoire manque (un clone superficiel).
        """
        commit = _git("rev-parse", "--verify", f"{voulu or _precedent(services)}^{{commit}}")
        with tarfile.open(fileobj=io.BytesIO(_archive(commit)), mode="r:") as archive:
            archive.extractall(vers, filter="data")
        sources = tuple(sorted((*vers.glob("libs/*/src"), *vers.glob("services/*/src"))))
        return cls(f"N−1 ({commit[:8]})", commit, sources)

    def environnement(self) -> Mapping[str, str]:
        """Ce qui fait lire ces sources avant celles qui sont installées."""
        return {"PYTHONPATH": ":".join(map(str, self.sources))} if self.sources else {}

    def commande(self, service: str, *mots: str) -> list[str]:
        """La commande d'un service de cette version."""
        return [sys.executable, "-m", service, *mots]


def dependances_changees(voulu: str) -> list[str]:
    """Les paquets dont N n'a plus la version de `voulu` : N−1 tourne alors sur ceux de N."""
    avant, apres = (_epingles(_git("show", f"{c}:{_VERROU}").splitlines()) for c in (voulu, "HEAD"))
    return sorted(nom for nom, version in avant.items() if apres.get(nom) != version)


def _epingles(lignes: Iterable[str]) -> dict[str, str]:
    """De chaque paquet épinglé, sa version."""
    lues = (ligne.split()[0].partition("==") for ligne in lignes if "==" in ligne)
    return {nom: version for nom, _, version in lues}


def _precedent(services: Sequence[str]) -> str:
    """L'ancêtre d'avant la dernière migration du service dont elle est la plus ancienne."""
    ajouts = [
        _git(
            "log", "-1", "--diff-filter=A", "--format=%ct %H", "--",
            f"services/{nom}/migrations/versions",
        )
        for nom in services
    ]  # fmt: skip
    if not all(ajouts):
        raise ExerciceManque(f"L'histoire ne dit pas la dernière migration de {services}.")
    return min(ajouts, key=lambda dit: int(dit.split()[0])).split()[1] + "^"


def _archive(commit: str) -> bytes:
    return _lancer("archive", "--format=tar", commit, "libs", "services")


def _git(*mots: str) -> str:
    return _lancer(*mots).decode().strip()


def _lancer(*mots: str) -> bytes:
    """Ce que dit git; lève `ExerciceManque`, qui dit quoi faire, si l'histoire manque."""
    fini = subprocess.run(
        ["git", "-c", f"safe.directory={RACINE}", *mots],  # noqa: S607 -- celui du poste
        cwd=RACINE, check=False, capture_output=True,
    )  # fmt: skip
    if fini.returncode:
        raise ExerciceManque(
            f"git {' '.join(mots)} : {fini.stderr.decode().strip()}\nLa mise à niveau s'exerce"
            " depuis un clone entier (git fetch --unshallow), ou d'un commit donné par"
            f" {VARIABLE}."
        )
    return fini.stdout

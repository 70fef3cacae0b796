"""`python -m outils.lints` : passe tous les lints maison sur les fichiers suivis par git."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from outils.lints import LINTS_PYTHON, LINTS_TEXTE
from outils.lints.cadre import Source

RACINE = Path(__file__).parents[2]


def sources() -> Iterator[Source]:
    """Les fichiers de texte suivis, ou prêts à l'être, qui existent encore."""
    liste = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=RACINE,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for nom in sorted(set(liste.split("\0")) - {""}):
        try:
            yield Source(PurePosixPath(nom), (RACINE / nom).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue


def ecarts() -> Iterator[tuple[str, str, int, str]]:
    """Chaque écart : règle, fichier, ligne, message."""
    vus: dict[str, str] = {}
    for source in sources():
        lints = {**LINTS_TEXTE, **(LINTS_PYTHON if source.est_python else {})}
        for regle, lint in lints.items():
            for ligne, message in lint(source):
                yield regle, str(source.chemin), ligne, message
        nom = source.chemin.name
        if source.est_python and source.est_essai and nom.startswith("test_"):
            if nom in vus:
                yield "essai-unique", str(source.chemin), 1, f"même nom que {vus[nom]}"
            vus[nom] = str(source.chemin)


def main() -> int:
    """Imprime les écarts; rend 1 s'il y en a."""
    decompte: Counter[str] = Counter()
    for regle, chemin, ligne, message in ecarts():
        print(f"{chemin}:{ligne}: [{regle}] {message}")
        decompte[regle] += 1
    for regle, nombre in decompte.most_common():
        print(f"  {nombre:4} {regle}")
    return 1 if decompte else 0


if __name__ == "__main__":
    sys.exit(main())

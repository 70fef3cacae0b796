"""Ce que veraPDF, du dehors, dit d'un papier : conforme à PDF/UA-1, ou non."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from outils.essais.navigateur import sauter

_RECETTE: Final = Path(__file__).parent / "verapdf" / "pom.xml"
_CACHE: Final = Path(__file__).parents[2] / ".cache" / "verapdf"
_PROGRAMME: Final = "org.verapdf.apps.GreenfieldCliWrapper"


def exiger_verapdf() -> Path:
    """Le dossier de ses archives, prises une fois de Maven; sans Java ou réseau, essai sauté."""
    if shutil.which("java") is None or shutil.which("mvn") is None:
        sauter("Java ou Maven absent : aucun papier n'est jugé par veraPDF")
    if not any(_CACHE.glob("greenfield-apps-*.jar")):
        _installer()
    if not any(_CACHE.glob("greenfield-apps-*.jar")):
        sauter("veraPDF ne peut être obtenu : aucun papier n'est jugé du dehors")
    return _CACHE


@cache
def _installer() -> None:
    """Une seule tentative par processus, à part : deux travailleurs ne se gênent pas."""
    _CACHE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_CACHE.parent) as dossier:
        neuf = Path(dossier) / "lib"
        obtenu = subprocess.run(
            [
                *("mvn", "--batch-mode", "--quiet", "--file", _RECETTE),
                *("dependency:copy-dependencies", f"-DoutputDirectory={neuf}"),
            ],
            capture_output=True,
            check=False,
            timeout=180,
        )
        if obtenu.returncode == 0 and not _CACHE.exists():
            neuf.rename(_CACHE)


def non_conformes(papiers: Sequence[Path]) -> list[str]:
    """Les règles de PDF/UA-1 qu'enfreignent ces papiers, chacun nommé; vide si aucune."""
    archives = f"{exiger_verapdf()}/*"
    options = ("--flavour", "ua1", "--format", "text", "--verbose")
    dit = subprocess.run(
        ["java", "-cp", archives, _PROGRAMME, *options, *papiers],
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    ).stdout
    verdicts = [ligne for ligne in dit.splitlines() if re.match("PASS|FAIL|  ", ligne)]
    assert sum(v.startswith(("PASS", "FAIL")) for v in verdicts) == len(papiers), dit[-2000:]
    return [v for v in verdicts if not v.startswith("PASS")]

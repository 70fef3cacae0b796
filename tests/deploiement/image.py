"""Rejoue les étapes d'un Dockerfile sans moteur, dans un dossier qui tient lieu de WORKDIR."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.deploiement.outils import RACINE

_SUITE = re.compile(r"\\\n")


def instructions(etage: str) -> list[tuple[str, str]]:
    """Les instructions d'un étage, dans l'ordre : verbe, arguments."""
    texte = _SUITE.sub("", (RACINE / "Dockerfile").read_text("utf-8"))
    lignes = [ligne.strip() for ligne in texte.splitlines()]
    paires = [tuple(li.split(" ", 1)) for li in lignes if li and not li.startswith("#")]
    debut = next(n for n, (verbe, reste) in enumerate(paires)
                 if verbe == "FROM" and reste.endswith(f"AS {etage}"))  # fmt: skip
    fin = next((n for n in range(debut + 1, len(paires)) if paires[n][0] == "FROM"), len(paires))
    return [(verbe, reste) for verbe, reste in paires[debut:fin]]


def rejouer(service: str, dossier: Path) -> None:
    """Joue COPY et RUN de la construction; les lignes RUN telles quelles, sous /bin/sh.

    Le cache de pip de la machine sert : l'image, elle, n'en garde aucun (PIP_NO_CACHE_DIR).
    """
    environnement = {
        nom: v for nom, v in os.environ.items() if not nom.startswith(("SBG_", "PIP_N"))
    }
    environnement["SERVICE"] = service
    for verbe, reste in instructions("construction"):
        if verbe == "COPY":
            source, cible = reste.replace("${SERVICE}", service).split()
            shutil.copytree(RACINE / source, dossier / cible, ignore=_ignorer)
        elif verbe == "RUN":
            subprocess.run(
                ["/bin/sh", "-euc", reste], cwd=dossier, env=environnement, check=True, timeout=400
            )
        else:
            assert verbe in ("FROM", "ENV", "WORKDIR", "ARG"), f"{verbe} ne se rejoue pas"


def _ignorer(_dossier: str, noms: list[str]) -> set[str]:
    """Ce que `.dockerignore` écarte par son nom, où que ce soit."""
    lignes = (RACINE / ".dockerignore").read_text("utf-8").split()
    partout = {ligne.removeprefix("**/") for ligne in lignes if ligne.startswith("**/")}
    return {nom for nom in noms if nom in partout or (nom.endswith(".pyc") and "*.pyc" in partout)}


def octets(dossier: Path) -> int:
    """La taille de ce dossier, liens non suivis."""
    return sum(f.lstat().st_size for f in dossier.rglob("*") if not f.is_dir())

"""`docs/exploitation/demarrer.md`, jouée telle quelle : de rien à un système gardé, et retour."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from outils.moteurs.postgres import binaires_atteignables, compte_du_serveur
from tests.observation.regles import RACINE

pytestmark = pytest.mark.integration
PAGE = RACINE / "docs/exploitation/demarrer.md"
PLAGE = 26_000
"""Le bas des ports du système qu'on démarre, loin des autres essais."""
ARRETER = """make down || true
for donnees in "$LIEU"/donnees "$LIEU"/revenues; do
    [[ ! -e $donnees/postmaster.pid ]] || pg_ctl --pgdata="$donnees" --mode=immediate stop || true
done"""
"""Ce qu'un échec laisserait en marche."""
SOUS_LE_COMPTE = """#!/bin/sh
# PostgreSQL refuse root : sous root, l'essai lui donne un compte, et ses données.
for mot; do
    case $mot in --pgdata=*) chown -R {uid}:{gid} "${{mot#--pgdata=}}" 2>/dev/null ;; esac
done
exec setpriv --reuid={uid} --regid={gid} --clear-groups {programme} "$@"
"""


def blocs() -> str:
    """Les blocs qui se jouent, dans l'ordre de la page."""
    return "\n".join(
        re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )


@pytest.fixture
def lieu() -> Iterator[Path]:
    """Un dossier que tout compte traverse."""
    dossier = Path(tempfile.mkdtemp(prefix="sbg-demarrer-"))
    dossier.chmod(0o777)
    yield dossier
    shutil.rmtree(dossier, ignore_errors=True)


def programmes(lieu: Path) -> Path:
    """Ceux de PostgreSQL, tels qu'un compte ordinaire les appelle."""
    compte = compte_du_serveur()
    binaires = binaires_atteignables(lieu, compte)
    if compte is None:
        return binaires
    dossier = lieu / "programmes"
    dossier.mkdir()
    for programme in binaires.iterdir():
        (dossier / programme.name).symlink_to(programme)
    for nom in ("initdb", "pg_ctl"):
        (dossier / nom).unlink()
        dits = SOUS_LE_COMPTE.format(uid=compte.uid, gid=compte.gid, programme=binaires / nom)
        (dossier / nom).write_text(dits, "utf-8")
        (dossier / nom).chmod(0o755)
    return dossier


def test_la_page_mene_de_rien_a_un_systeme_garde_et_retour(lieu: Path) -> None:
    """L'erreur posée après la copie n'est plus là au retour; ce qui la précède y est."""
    herite = {cle: valeur for cle, valeur in os.environ.items() if not cle.startswith("SBG_")}
    ou = {"PORT": str(PLAGE), "LIEU": str(lieu / "essai"), "SBG_BAC": str(lieu / "bac")}
    env = herite | ou | {"PATH": f"{programmes(lieu)}:{os.environ['PATH']}"}

    def jouer(texte: str) -> subprocess.CompletedProcess[str]:
        commande = ["bash", "-c", f"umask 000; set -euo pipefail\n{texte}"]
        return subprocess.run(
            commande, cwd=RACINE, env=env, capture_output=True, text=True, check=False
        )

    try:
        fini = jouer(blocs())
    finally:
        jouer(ARRETER)
    assert fini.returncode == 0, fini.stdout[-3_000:] + fini.stderr[-3_000:]
    examine = json.loads((lieu / "essai/docteur.json").read_text("utf-8"))
    assert examine["service"] == "sla"

"""CI-25 : libcoveocds, le juge du standard, ne reproche rien à nos données ouvertes."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from courtier.seao.adaptateurs.reference import lire_profil
from courtier.seao.domaine import fusion, ocds
from courtier.seao.entrees.paquets import entete, octets
from services.courtier.tests import publie
from tests.clients import outils

ICI = Path(__file__).parent
SCHEMAS = outils.RACINE / "tests" / "ocds" / "schema"
PROFIL = lire_profil()
PARU_LE = "2026-10-01T00:00:00-04:00"


def reproches(contenu: ocds.Json) -> dict[str, Any]:
    """Ce que le juge reproche à un paquet, dans son processus et sans réseau."""
    fini = subprocess.run(
        [sys.executable, ICI / "juge_ocds.py", SCHEMAS],
        input=octets({**entete("essai", PARU_LE, PROFIL), **contenu}),
        capture_output=True,
        check=False,
        timeout=outils.DELAI_S,
        env={"PYTHONPATH": str(outils.PYTHON), "PATH": "/usr/bin:/bin"},
    )
    assert fini.returncode == 0, fini.stderr.decode()[-4_000:]
    rendu: dict[str, Any] = json.loads(fini.stdout)
    return rendu


def archive(publications: list[ocds.Json]) -> ocds.Json:
    return {
        "ocid": publications[-1]["ocid"],
        "releases": publications,
        "compiledRelease": fusion.compiler(publications),
        "versionedRelease": fusion.versionner(publications),
    }


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    st.lists(
        publie.histoires(),
        min_size=3,
        max_size=6,
        unique_by=(
            lambda h: h.publication.contrat_id,
            lambda h: h.publication.numero or h.publication.contrat_id,
        ),
    )
)
def test_ci_25_libcoveocds_n_y_trouve_aucune_erreur(histoires: list[publie.Histoire]) -> None:
    des_contrats = [ocds.etapes(h.publication, h.fin, PROFIL) for h in histoires]
    releases = [release for publications in des_contrats for release in publications]
    assert reproches({"releases": releases}) == {}
    assert reproches({"records": list(map(archive, des_contrats))}) == {}


def test_ci_25_le_juge_sait_reprocher() -> None:
    [conclue] = ocds.etapes(publie.conclue(), date(2026, 12, 1), PROFIL)
    assert "validation_errors" in reproches({"releases": [{**conclue, "tag": "contract"}]})
    assert "conformance_errors" in reproches({"releases": [{**conclue, "ocid": "sans-prefixe"}]})

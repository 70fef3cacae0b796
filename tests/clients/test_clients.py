"""Un contrat qu'un intégrateur peut prendre : il se valide, s'engendre, se compile et s'appelle."""

import asyncio
import json
import shutil
import sys
from pathlib import Path

import pytest

from outils.contrats.ecoutants import SERVICES
from tests.clients import outils
from tests.clients.conftest import EnMarche

ICI = Path(__file__).parent
CHAQUE = pytest.mark.parametrize("service", SERVICES)


def test_redocly_n_y_trouve_aucune_erreur(documents: dict[str, Path]) -> None:
    """Ses règles « recommended »; un avertissement n'est permis que pour la licence."""
    redocly = outils.programme("redocly")
    sortie = outils.executer(
        *(redocly, "lint", "--extends", "recommended", "--format", "json", *documents.values()),
        REDOCLY_TELEMETRY="off",
        REDOCLY_SUPPRESS_UPDATE_NOTICE="true",
    )
    lu, _ = json.JSONDecoder().raw_decode(sortie[sortie.index("{") :])
    assert lu["totals"]["errors"] == 0
    assert {p["ruleId"] for p in lu["problems"]} <= {"info-license"}


OCTETS = "application/octet-stream"
"""Ce générateur ne connaît pas le CSV en entrée : on lui dit de l'envoyer tel quel."""


def engendrer_python(service: str, document: Path, dossier: Path) -> str:
    """Le client Python d'un service, sous le nom de paquet `client_<service>`; ce qu'il en dit."""
    reglages = dossier / "reglages.json"
    reglages.write_text(json.dumps({"content_type_overrides": {"text/csv": OCTETS}}), "utf-8")
    return outils.executer(
        *(sys.executable, "-m", "openapi_python_client", "generate", "--path", document),
        *("--config", reglages),
        *("--output-path", dossier / f"client_{service}", "--meta", "none", "--overwrite"),
        PYTHONPATH=str(outils.PYTHON),
        PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin",
    )


@CHAQUE
def test_le_client_python_est_entier(
    service: str, documents: dict[str, Path], tmp_path: Path
) -> None:
    """Aucune opération perdue, aucun avertissement; chaque module se compile."""
    dit = engendrer_python(service, documents[service], tmp_path)
    assert "warning" not in dit.lower(), dit
    lu = json.loads(documents[service].read_text("utf-8"))
    voulues = {o["operationId"] for methodes in lu["paths"].values() for o in methodes.values()}
    trouvees = {f.stem for f in (tmp_path / f"client_{service}" / "api").rglob("*.py")}
    assert voulues <= trouvees, voulues - trouvees
    outils.executer(sys.executable, "-m", "compileall", "-q", tmp_path)


async def test_le_client_python_mene_un_parcours(
    demandes: EnMarche, documents: dict[str, Path], tmp_path: Path
) -> None:
    """Engendré, vérifié par mypy avec qui s'en sert, puis appelé."""
    engendrer_python("demandes", documents["demandes"], tmp_path)
    flux = Path(shutil.copy(ICI / "flux.py", tmp_path))
    chemins = f"{tmp_path}:{outils.PYTHON}"
    mypy = (sys.executable, "-m", "mypy", "--config-file=", "--strict")
    # Le gabarit du générateur a ses propres écarts : on juge l'usage, contre les types engendrés.
    options = ("--follow-imports=silent", "--cache-dir", outils.CACHE / "mypy")
    await asyncio.to_thread(outils.executer, *mypy, *options, flux, MYPYPATH=str(tmp_path))
    env = {"PYTHONPATH": chemins, **demandes.environnement}
    await asyncio.to_thread(lambda: outils.executer(sys.executable, flux, **env))


async def test_le_client_typescript_mene_un_parcours(
    demandes: EnMarche, documents: dict[str, Path], tmp_path: Path
) -> None:
    """Les types des cinq services se compilent; le parcours se compile avec eux, puis s'appelle."""
    engendrer = outils.programme("openapi-typescript")
    for service, document in documents.items():
        outils.executer(engendrer, document, "--output", tmp_path / f"{service}.d.ts")
    for nom in ("flux.ts", "tsconfig.json"):
        shutil.copy(ICI / "node" / nom, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    (tmp_path / "node_modules").symlink_to(outils.NODE / "node_modules")
    tsc = outils.programme("tsc")
    await asyncio.to_thread(outils.executer, tsc, "--project", tmp_path)
    tous = [tmp_path / f"{service}.d.ts" for service in SERVICES]
    await asyncio.to_thread(outils.executer, tsc, "--noEmit", "--strict", *tous)
    flux = tmp_path / "sortie" / "flux.js"
    await asyncio.to_thread(lambda: outils.executer("node", flux, **demandes.environnement))

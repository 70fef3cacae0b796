"""Les juges du déploiement : Helm, kube-score, compose-go, hadolint, les schémas de Kubernetes.

Tout s'installe sous `.cache/deploiement`, hors de l'environnement du dépôt : les programmes Go se
bâtissent de leurs modules (`requirements/go.toml`), le reste vient d'un verrou à empreintes.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from outils.go import PROGRAMMES as PROGRAMMES_GO
from outils.go import Programme
from outils.go import installer as installer_python

RACINE: Final = Path(__file__).parents[2]
CHARTE: Final = RACINE / "deploy" / "helm" / "sbg"
CACHE: Final = RACINE / ".cache" / "deploiement"
PROGRAMMES, PYTHON = CACHE / "bin", CACHE / "python"
JUGES: Final = ("helm", "kube-score", "compose")
VERROU: Final = RACINE / "requirements" / "deploiement.lock"
_MARQUE: Final = CACHE / "empreinte"
DELAI_S: Final = 120

Objet = dict[str, Any]


def installer() -> None:
    """Installe et bâtit les juges; rien si les verrous n'ont pas changé."""
    verrous = (VERROU, PROGRAMMES_GO)
    empreinte = "\n".join(verrou.read_text("utf-8") for verrou in verrous)
    if _MARQUE.exists() and _MARQUE.read_text("utf-8") == empreinte:
        return
    shutil.rmtree(CACHE, ignore_errors=True)
    CACHE.mkdir(parents=True)
    installer_python(VERROU, PYTHON)
    for nom in JUGES:
        Programme.lire(nom).batir(PROGRAMMES)
    _MARQUE.write_text(empreinte, "utf-8")


@dataclass(frozen=True, slots=True)
class Rendu:
    """Ce qu'un programme a rendu."""

    code: int
    sortie: str
    erreur: str


def executer(programme: Path, *arguments: object, entree: str = "", **environnement: str) -> Rendu:
    """Lance un programme, dans un temps borné; l'échec se lit du code."""
    fini = subprocess.run(
        [str(programme), *map(str, arguments)],
        input=entree,
        env={**os.environ, **environnement},
        capture_output=True,
        text=True,
        check=False,
        timeout=DELAI_S,
    )
    return Rendu(fini.returncode, fini.stdout, fini.stderr)


def helm(
    verbe: str, *arguments: object, valeurs: Mapping[str, Any], charte: Path = CHARTE
) -> Rendu:
    """`helm lint` ou `helm template`, sous ces valeurs."""
    noms = () if verbe == "lint" else ("sbg", "--namespace", "sbg")
    fichier = ("--values", "/dev/stdin")
    return executer(PROGRAMMES / "helm", verbe, *noms, charte, *fichier, *arguments,
                    entree=yaml.safe_dump(dict(valeurs)))  # fmt: skip


def rendre(valeurs: Mapping[str, Any], charte: Path = CHARTE) -> list[Objet]:
    """Les objets que la charte rend; échoue avec ce que Helm en dit."""
    rendu = helm("template", valeurs=valeurs, charte=charte)
    assert rendu.code == 0, rendu.erreur
    return [objet for objet in yaml.safe_load_all(rendu.sortie) if objet]


def juger_kubernetes(objets: list[Objet], version: str) -> list[str]:
    """Ce que les schémas de Kubernetes reprochent à ces objets."""
    juge = Path(__file__).with_name("juge_kubernetes.py")
    rendu = executer(Path(sys.executable), juge, version, entree=json.dumps(objets),
                     PYTHONPATH=str(PYTHON))  # fmt: skip
    assert rendu.code == 0, rendu.erreur
    fautes: list[str] = json.loads(rendu.sortie)
    return fautes


def juger_par_score(objets: list[Objet]) -> list[str]:
    """Ce que kube-score reproche à ces objets : critiques et avertissements."""
    texte = yaml.safe_dump_all(objets)
    de_plus = ("container-seccomp-profile", "container-ports-check")
    options = [option for nom in de_plus for option in ("--enable-optional-test", nom)]
    rendu = executer(
        PROGRAMMES / "kube-score", "score", *options, "--output-format", "ci", "-", entree=texte
    )
    assert rendu.sortie, rendu.erreur
    return [li for li in rendu.sortie.splitlines() if li.startswith(("[CRITICAL]", "[WARNING]"))]

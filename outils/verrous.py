"""Fige les dépendances du dépôt sous requirements/, avec leurs empreintes : `make verrous`.

Quatre verrous résolus ensemble, pour qu'un paquet n'ait qu'une version, et quatre à part :

- `services.lock` : ce qu'un service demande en production;
- `construction.lock` : de quoi construire les paquets du dépôt;
- `nomenclature.lock` : de quoi dire ce qu'une image contient, installé à part;
- `dev.lock` : tout, outils et essais compris (ce que `outils/preparer.py` installe);
- `clients.lock` : de quoi engendrer un client de nos contrats, installé à part;
- `deploiement.lock` : ce qui juge la charte et les images, installé à part;
- `go.lock` : la chaîne Go, pour une machine qui n'en a pas;
- `pairs.lock` : le service Django que `make bench` peut mesurer contre le nôtre, installé à part.

Des roues seulement, pour que rien ne se construise hors des empreintes; aucune adresse d'index.
Sans option, les versions déjà figées sont gardées; `--a-jour` prend les plus récentes.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

RACINE = Path(__file__).parents[1]
VERROUS = RACINE / "requirements"
A_PART = ("clients", "deploiement", "go", "pairs")
"""Les groupes qui ne partagent l'environnement de rien d'autre."""
SANS = ("flattentool",)
"""Ce qu'un paquet demande et que nous n'employons pas : il tire des paquets sans roue."""
NOM = re.compile(r"[A-Za-z0-9._-]+")
COMPILER = [
    *(
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "compile",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ),
    *("--no-emit-index-url", "--no-emit-find-links", "--only-binary", ":all:", "--quiet"),
    *("--custom-compile-command", "make verrous"),
]


def dependances_des_membres(membres: list[str]) -> set[str]:
    """Les dépendances externes déclarées par les paquets du dépôt, sans les paquets eux-mêmes."""
    locaux = {Path(membre).name for membre in membres}
    declarees: set[str] = set()
    for membre in membres:
        projet = tomllib.loads((RACINE / membre / "pyproject.toml").read_text())["project"]
        declarees.update(projet.get("dependencies", []))
    return {d for d in declarees if NOM.match(d)[0] not in locaux}  # type: ignore[index]


def _compiler(nom: str, demandes: set[str], contraintes: list[Path], *, a_jour: bool) -> Path:
    cible = VERROUS / f"{nom}.lock"
    options = [str(o) for c in contraintes for o in ("--constraint", c)]
    if a_jour:
        options.append("--upgrade")
    with tempfile.TemporaryDirectory() as dossier:
        entree = Path(dossier) / f"{nom}.in"
        entree.write_text("\n".join(sorted(demandes)))
        ecartes = Path(dossier) / "sans.in"
        ecartes.write_text("\n".join(f"{paquet} ; sys_platform == 'aucun'" for paquet in SANS))
        options += ["--override", str(ecartes)]
        subprocess.run(
            [*COMPILER, *options, "--output-file", cible.name, entree], check=True, cwd=VERROUS
        )
        # Le verrou nomme des fichiers de départ qui n'existent plus : le nom, pas le chemin.
        cible.write_text(re.sub(r"(?:-r )?/\S+/(\S+\.in)", r"\1", cible.read_text()))
    return cible


def main() -> int:
    """Recompile les verrous; rend 0."""
    racine = tomllib.loads((RACINE / "pyproject.toml").read_text())
    services = dependances_des_membres(racine["tool"]["sbg"]["membres"])
    groupes: dict[str, list[str]] = racine["dependency-groups"]
    tout = services.union(*(groupe for nom, groupe in groupes.items() if nom not in A_PART))
    a_jour = "--a-jour" in sys.argv[1:]
    dev = _compiler("dev", tout, [], a_jour=a_jour)
    _compiler("services", services, [dev], a_jour=False)
    for groupe in ("construction", "nomenclature"):
        _compiler(groupe, set(groupes[groupe]), [dev], a_jour=False)
    for groupe in A_PART:
        _compiler(groupe, set(groupes[groupe]), [], a_jour=a_jour)
    for verrou in sorted(VERROUS.glob("*.lock")):
        lignes = verrou.read_text().splitlines()
        print(f"{verrou.relative_to(RACINE)} : {sum('==' in li for li in lignes)} paquets")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Ce que nos dépendances nous coûtent : `python -m outils.audit` et le nom d'une vérification.

Chaque vérification imprime ce qui ne va pas et rend 1; une ligne « Avertissement » n'échoue pas.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from outils.verrous import A_PART, RACINE, VERROUS, dependances_des_membres

BIN = Path(sys.executable).parent
DELAI_FAILLES_S = 120


def reglages() -> dict[str, Any]:
    """Le pyproject.toml racine."""
    return tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))


def _deptry(membre: str) -> str:
    """Ce que deptry reproche à un paquet du dépôt; vide si rien."""
    options: dict[str, str] = reglages()["tool"]["sbg"]["deptry"]
    dossier = RACINE / membre
    dossiers = [d for d in ("src", "migrations") if (dossier / d).is_dir()]
    resultat = subprocess.run(
        [
            *(str(BIN / "deptry"), *dossiers, "--no-ansi", "--config", "pyproject.toml"),
            *("--known-first-party", dossier.name),
            *(morceau for nom, valeur in options.items() for morceau in (f"--{nom}", valeur)),
        ],
        cwd=dossier,
        capture_output=True,
        text=True,
        check=False,
    )
    if resultat.returncode == 0:
        return ""
    reproches = [ligne for ligne in resultat.stderr.splitlines() if " DEP0" in ligne]
    return "\n".join(f"{membre}/{ligne}" for ligne in reproches) or resultat.stderr


def dependances() -> int:
    """Chaque paquet déclare ce qu'il importe, et importe ce qu'il déclare."""
    membres: list[str] = reglages()["tool"]["sbg"]["membres"]
    with ThreadPoolExecutor(max_workers=2) as fils:
        reproches = [texte for texte in fils.map(_deptry, membres) if texte]
    print("\n".join(reproches))
    return 1 if reproches else 0


def _figees(verrou: str) -> dict[str, list[str]]:
    texte = (VERROUS / f"{verrou}.lock").read_text(encoding="utf-8")
    versions: dict[str, list[str]] = {}
    for nom, version in re.findall(
        r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", texte, re.MULTILINE
    ):
        versions.setdefault(canonicalize_name(nom), []).append(version)
    return versions


def verrous() -> int:
    """Tout ce qui est déclaré est figé, à une version que la déclaration admet.

    Un verrou ne porte ni adresse ni chemin de machine.
    """
    racine = reglages()
    services = dependances_des_membres(racine["tool"]["sbg"]["membres"])
    groupes: dict[str, list[str]] = racine["dependency-groups"]
    attendus = {
        "services": services,
        **{nom: set(groupes[nom]) for nom in ("construction", "nomenclature")},
        "dev": services.union(*(g for nom, g in groupes.items() if nom not in A_PART)),
        **{nom: set(groupes[nom]) for nom in A_PART},
    }
    ecarts: list[str] = []
    for verrou, demandes in attendus.items():
        figees = _figees(verrou)
        for demande in sorted(demandes):
            besoin = Requirement(demande)
            versions = figees.get(canonicalize_name(besoin.name), [])
            if not versions or not all(besoin.specifier.contains(v, True) for v in versions):
                ecarts.append(
                    f"{verrou}.lock : « {demande} » n'y est pas; lancez « make verrous »."
                )
        texte = (VERROUS / f"{verrou}.lock").read_text(encoding="utf-8")
        if "://" in texte or re.search(r"\s/\S", texte):
            ecarts.append(
                f"{verrou}.lock : une adresse ou un chemin s'y trouve (« make verrous »)."
            )
    print("\n".join(ecarts))
    return 1 if ecarts else 0


def licence_permise(expression: str, permises: frozenset[str]) -> bool:
    """Vrai si chaque terme exigé par l'expression est permis (un choix suffit s'il y a « OR »)."""
    return all(
        any({choix, choix.strip(" ()")} & permises for choix in terme.split(" OR "))
        for terme in re.split(r" AND |; ", expression)
    )


def licences() -> int:
    """Aucune dépendance installée ne porte une licence hors de la liste permise."""
    permises = frozenset(reglages()["tool"]["sbg"]["licences"])
    nous = {Path(membre).name for membre in reglages()["tool"]["sbg"]["membres"]}
    sortie = subprocess.run(
        [BIN / "pip-licenses", "--from=mixed", "--format=json"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    refusees = [
        f"{paquet['Name']} {paquet['Version']} : licence « {paquet['License']} » hors liste"
        for paquet in json.loads(sortie)
        if paquet["Name"] not in nous and not licence_permise(paquet["License"], permises)
    ]
    print("\n".join(refusees))
    return 1 if refusees else 0


def failles() -> int:
    """Aucune faille connue dans ce qui part en production; avertit si la base est injoignable."""
    try:
        resultat = subprocess.run(
            [
                *(str(BIN / "pip-audit"), "--no-deps"),
                *("--requirement", str(VERROUS / "services.lock")),
                *("--disable-pip", "--progress-spinner", "off", "--format", "json"),
                *("--timeout", "10"),
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=DELAI_FAILLES_S,
        )
        lues = json.loads(resultat.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        print("Avertissement : la base des failles ne répond pas; audit non fait.")
        return 0
    sautees = [paquet["name"] for paquet in lues if "skip_reason" in paquet]
    if sautees:
        print(f"Avertissement : {len(sautees)} paquets sur {len(lues)} non audités (hors ligne?).")
    trouvees = [
        f"{paquet['name']} {paquet['version']} : {faille['id']}, corrigée dans "
        f"{', '.join(faille['fix_versions']) or 'aucune version'}"
        for paquet in lues
        for faille in paquet.get("vulns", [])
    ]
    if trouvees:
        print("\n".join(trouvees))
    return 1 if trouvees else 0


VERIFICATIONS: Mapping[str, Callable[[], int]] = MappingProxyType(
    {"dependances": dependances, "verrous": verrous, "licences": licences, "failles": failles}
)


def main() -> int:
    """Fait la vérification nommée en argument; rend son code."""
    if len(sys.argv) != 2 or sys.argv[1] not in VERIFICATIONS:
        print(f"usage : python -m outils.audit {'|'.join(VERIFICATIONS)}", file=sys.stderr)
        return 2
    return VERIFICATIONS[sys.argv[1]]()


if __name__ == "__main__":
    sys.exit(main())

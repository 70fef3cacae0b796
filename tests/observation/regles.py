"""Les règles d'alerte, éprouvées par `promtool` : chacune lève, et chacune sait se taire."""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import yaml

from tests.observation.cas import CAS, Cas, Series

RACINE: Final = Path(__file__).parents[2]
ALERTES: Final = RACINE / "deploy/prometheus/alertes.yml"
Regle = Mapping[str, Any]


def lire(fichier: Path = ALERTES) -> dict[str, Any]:
    """Le fichier de règles."""
    lu: dict[str, Any] = yaml.safe_load(fichier.read_text("utf-8"))
    return lu


def alertes(lues: Mapping[str, Any]) -> list[Regle]:
    """Les alertes de tous les groupes; pas ce qui s'enregistre."""
    return [r for groupe in lues["groups"] for r in groupe["rules"] if "alert" in r]


def faussees(lues: Mapping[str, Any], expr: str) -> dict[str, Any]:
    """Les mêmes règles, où chaque alerte dit `expr` : ce qu'une épreuve juste doit voir."""
    copie = deepcopy(dict(lues))
    for regle in alertes(copie):
        regle["expr"] = expr  # type: ignore[index]
        regle.pop("for", None)  # type: ignore[attr-defined]
    return copie


def epreuve(cas: Mapping[str, Cas], regles: str, pas: int) -> dict[str, Any]:
    """Ce que `promtool test rules` demande, pour ces cas."""
    return {
        "rule_files": [regles],
        "evaluation_interval": f"{pas}m",
        # Sans ordre dit, promtool en tire un : une alerte lirait avant que rien ne s'enregistre.
        "group_eval_order": [groupe["name"] for groupe in lire()["groups"]],
        "tests": [essai for nom, c in cas.items() for essai in _essais(nom, c)],
    }


def _essais(nom: str, cas: Cas) -> Iterator[dict[str, Any]]:
    tot = () if cas.tot is None else ((cas.tot, 0),)
    yield _essai(f"{nom} lève", nom, cas.leve, ((cas.minute, 1), *tot))
    yield _essai(f"{nom} se tait", nom, cas.tait, ((cas.minute, 0),))


def _essai(
    titre: str, nom: str, series: Series, attendues: tuple[tuple[int, int], ...]
) -> dict[str, Any]:
    duree = max(minute for minute, _ in attendues) + 1
    return {
        "name": titre,
        "interval": "1m",
        "input_series": [{"series": s, "values": _valeurs(v, duree)} for s, v in series.items()],
        "promql_expr_test": [
            {
                "expr": f'count(ALERTS{{alertname="{nom}", alertstate="firing"}})',
                "eval_time": f"{minute}m",
                "exp_samples": [{"labels": "{}", "value": nombre}] if nombre else [],
            }
            for minute, nombre in attendues
        ],
    }


def _valeurs(dit: str, duree: int) -> str:
    # « 0+60x20 1200+0 » : la dernière suite dure jusqu'au bout.
    return f"{dit if '+' in dit else f'{dit}+0'}x{duree}"


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Lance promtool, et rend ce qu'il dit."""
    return subprocess.run(
        ["promtool", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def eprouver(dossier: Path, lues: Mapping[str, Any], cas: Mapping[str, Cas] = CAS) -> set[str]:
    """Les échecs : « Rebuts lève » si elle devait, « Rebuts se tait » sinon."""
    echecs: set[str] = set()
    for pas in sorted({c.pas for c in cas.values()}):
        siens = {nom: c for nom, c in cas.items() if c.pas == pas}
        regles = dossier / f"regles-{pas}.yml"
        regles.write_text(yaml.safe_dump(_seules(lues, siens.keys()), allow_unicode=True), "utf-8")
        essais = dossier / f"essais-{pas}.yml"
        essais.write_text(json.dumps(epreuve(siens, regles.name, pas)), "utf-8")
        verdict = promtool("test", "rules", essais)
        vus = {
            f"{nom} {'se tait' if attendu == 'nil' else 'lève'}"
            for nom, attendu in _ECHEC.findall(verdict.stderr)
        }
        if bool(verdict.returncode) != bool(vus):
            raise AssertionError(verdict.stderr)
        echecs |= vus
    return echecs


_ECHEC: Final = re.compile(r'alertname=\\"(\w+)\\".*\n\s*exp: ?(\S+)')


def _seules(lues: Mapping[str, Any], noms: AbstractSet[str]) -> dict[str, Any]:
    """Ces alertes, et tout ce qui s'enregistre."""
    return {
        "groups": [
            {**groupe, "rules": gardees}
            for groupe in lues["groups"]
            if (gardees := [r for r in groupe["rules"] if r.get("alert", "") in {"", *noms}])
        ]
    }

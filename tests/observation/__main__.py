"""`python -m tests.observation` : ce qu'on voit du système, devant les vrais outils.

Écrit `sortie/observation.json`; sort 1 si une règle, un panneau, une trace ou un événement manque.
"""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import time
from datetime import timedelta
from typing import Any, Final

from rich.console import Console

from demo.jouer import vivre
from demo.rendu import terminal
from demo.scenario.lecture import lire_scenario
from outils.tableaux.tableaux import TABLEAUX
from tests.observation import enregistrements as recus
from tests.observation import traces
from tests.observation.gestes import GENRES, poser
from tests.observation.panneaux import Lecture, Prometheus
from tests.observation.regles import RACINE, alertes, lire
from tests.observation.vivant import batir_collecteur, collecteur, systeme_observe

SORTIE: Final = RACINE / "sortie/observation"
OUTILS: Final = {"prometheus": "prometheus", "promtool": "prometheus",
                 "amtool": "prometheus-alertmanager"}  # fmt: skip
"""Les programmes, et le paquet de chacun."""
DEUX_RELEVES: Final = 6.0
SERIES_MAXIMUM: Final = 8_000
"""Toute la démonstration, processus compris : au-delà, une étiquette croît sans borne."""


def main() -> int:
    """Joue tout; dit le bilan, et l'écrit."""
    analyseur = argparse.ArgumentParser(description=__doc__)
    analyseur.add_argument("--sans-collecteur", action="store_true", help="sans Go")
    analyseur.add_argument("--sans-essais", action="store_true", help="sans ceux des alertes")
    arguments = analyseur.parse_args()
    absents = {p for o, p in OUTILS.items() if shutil.which(o) is None}
    if absents:
        print(f"À installer : {', '.join(sorted(absents))}.")
        return 2
    debut = time.monotonic()
    SORTIE.mkdir(parents=True, exist_ok=True)
    essais = [sys.executable, "-m", "pytest", "tests/observation", "-q", "-n", "0"]
    code = 0 if arguments.sans_essais else subprocess.run(essais, check=False).returncode
    bilan = asyncio.run(_observer(avec_collecteur=not arguments.sans_collecteur))
    bilan |= {
        "alertes_eprouvees": len(alertes(lire())),
        "essais_des_alertes": _dire(code, joues=not arguments.sans_essais),
        "secondes": round(time.monotonic() - debut),
    }
    (RACINE / "sortie/observation.json").write_text(
        json.dumps(bilan, ensure_ascii=False, indent=2) + "\n", "utf-8"
    )
    for defaut in bilan["defauts"]:
        print(f"✗ {defaut}")
    print({nom: dit for nom, dit in bilan.items() if nom != "defauts"})
    return 1 if bilan["defauts"] or code else 0


def _dire(code: int, *, joues: bool) -> str:
    if not joues:
        return "non joués"
    return "manqués" if code else "tenus"


async def _observer(*, avec_collecteur: bool) -> dict[str, Any]:
    if not avec_collecteur:
        return (await _vivre(None))[0]
    programme, secondes = batir_collecteur(SORTIE / "programme")
    with collecteur(programme, SORTIE) as port:
        bilan, exemplaires = await _vivre(port)
        await asyncio.sleep(2.0)
    bilan["collecteur_bati_s"] = round(secondes)
    par_trace = recus.etapes(SORTIE / "traces.json")
    traces.juger(par_trace, bilan)
    traces.juger_les_exemplaires(par_trace, exemplaires, bilan)
    _juger_la_securite(bilan)
    return bilan


async def _vivre(port: int | None) -> tuple[dict[str, Any], dict[str, set[str]]]:
    """Le bilan de ce que Prometheus a vu, et les traces que cite chaque panneau à exemplaires."""
    scenario = lire_scenario()
    depart = scenario.mise_en_route - timedelta(hours=1)
    with terminal.Etapes(Console(highlight=False)) as dites:
        async with systeme_observe(SORTIE, depart, port) as (systeme, adresse):
            await vivre(systeme, scenario, SORTIE, dites)
            await poser(systeme)
            await asyncio.sleep(DEUX_RELEVES)
            vu = Prometheus(adresse)
            return _juger_prometheus(vu), {
                f"{tableau.uid}, « {p.titre} »": vu.exemplaires(p)
                for tableau in TABLEAUX
                for p in tableau.panneaux
                if p.exemplaires
            }


def _juger_prometheus(vu: Prometheus) -> dict[str, Any]:
    """Cibles, règles, panneaux, cardinalité."""
    cibles, regles = vu.cibles(), vu.regles()
    lectures = [vu.lire(tableau, p) for tableau in TABLEAUX for p in tableau.panneaux]
    series = vu.series()
    defauts = [f"cible {c['scrapeUrl']} : {c['lastError']}" for c in cibles if c["health"] != "up"]
    defauts += [f"règle {r['name']} : {r['lastError']}" for r in regles if r["health"] != "ok"]
    defauts += [f"{x.tableau}, « {x.panneau} » : {x.defaut}" for x in lectures if x.defaut]
    if series > SERIES_MAXIMUM:
        defauts.append(f"{series} séries, au plus {SERIES_MAXIMUM}")
    return {
        "cibles": len(cibles),
        "regles_evaluees": len(regles),
        "tableaux": len(TABLEAUX),
        "panneaux": len(lectures),
        "panneaux_avec_donnees": sum(bool(x.valeurs) for x in lectures),
        "panneaux_vides_admis": [_nom(x) for x in lectures if not x.valeurs and x.vide_admis],
        "series": series,
        "defauts": defauts,
    }


def _nom(lecture: Lecture) -> str:
    return f"{lecture.tableau} : {lecture.panneau} ({lecture.vide_admis})"


def _juger_la_securite(bilan: dict[str, Any]) -> None:
    """Chaque genre est au collecteur, avec qui et où; une trace le suit."""
    dits = recus.enregistrements(SORTIE / "journaux.json")
    par_genre = {g.value: sum(d.attributs["sbg.genre"] == g.value for d in dits) for g in GENRES}
    bilan["evenements_de_securite"] = dict(sorted(par_genre.items()))
    bilan["defauts"] += [
        f"nul événement « {g} » au collecteur" for g, n in par_genre.items() if not n
    ]
    if not any(d.trace for d in dits):
        bilan["defauts"].append("nul événement de sécurité ne dit sa trace")


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench [--parties rest,relais,…] [--tours 5]` : mesure, imprime, écrit.

Trois parties ne se jouent que nommées : `pairs`, le produit contre un service Django REST Framework
(`bench/pairs`); `croissance`, ce qui s'oublie et se refait, à dix fois plus de lignes; `annee`,
douze mois de tous les organismes (`SBG_BENCH_FACTEUR` : leur part).
Une vitesse manquée est dite, jamais un échec : la sortie est 0 dès que tout a pu se mesurer.
"""

import argparse
import asyncio
import gc
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module

import structlog

from bench.resultats import SORTIE, Resultats
from bench.scene import Scene
from outils.essais import debit

PARTIES: Mapping[str, str] = {
    "calendrier": "jours",
    "rest": "rest",
    "attentes": "attentes",
    "disque": "disque",
    "rls": "rls",
    "traces": "traces",
    "relais": "relais",
    "consommation": "consommation",
    "ecoutes": "ecoutes",
    "arriere": "arriere",
    "emission": "emission",
    "facturation": "facturation",
    "effet": "effet",
    "repos": "repos",
    "depart": "depart",
    "mesure": "mesure",
    "scenarios": "scenarios",
}
"""Chaque partie, et son module : elle ne charge que les services qu'elle mesure."""
A_LA_DEMANDE: Mapping[str, str] = {
    "pairs": "pairs.mesure",
    "croissance": "croissance",
    "annee": "annee",
}
"""Celles qu'il faut nommer : longues, ou qui installent ce que `make preparer` n'installe pas."""
_MODULES: Mapping[str, str] = {**PARTIES, **A_LA_DEMANDE}
Mesurer = Callable[[Scene, Resultats, int], Awaitable[None]]


async def _jouer(parties: list[str], tours: int, resultats: Resultats) -> None:
    async with Scene.ouvrir() as scene:
        print(scene.moteurs.presentation, flush=True)
        print(debit.presentation(), flush=True)
        for nom in parties:
            debut = time.monotonic()
            mesurer: Mesurer = import_module(f"bench.{_MODULES[nom]}").mesurer
            await mesurer(scene, resultats, tours)
            resultats.ecrire()
            print(f"  ({nom} : {time.monotonic() - debut:.0f} s)", flush=True)


def main() -> None:
    """Joue les mesures voulues et écrit `sortie/bench.json`."""
    analyseur = argparse.ArgumentParser(prog="bench", description=__doc__)
    analyseur.add_argument("--parties", default=",".join(PARTIES))
    analyseur.add_argument("--tours", type=int, default=5)
    arguments = analyseur.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    # La consommation se mesure dans ce processus-ci, comme le lanceur prépare les rôles.
    gc.collect()
    gc.freeze()
    resultats = Resultats()
    asyncio.run(_jouer(arguments.parties.split(","), arguments.tours, resultats))
    manques = [r.mesure for r in resultats.liste if not r.tenu]
    print(f"{len(resultats.liste) - len(manques)} buts tenus, {len(manques)} manqués : {manques}")
    print(f"Écrit : {SORTIE.relative_to(SORTIE.parents[1])}")


if __name__ == "__main__":
    main()

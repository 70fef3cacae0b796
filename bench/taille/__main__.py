"""`python -m bench.taille [--facteur 1] [--services demandes,sla] [--minutes 20] [--charger]`.

Charge les cinq bases à la taille voulue (gardées sous `.cache/taille`), puis mesure chaque liste,
chaque filtre, chaque recherche par HTTP, pour le plus petit organisme, le plus gros et le MCN. Un
but manqué est dit, jamais un échec.
"""

import argparse
import asyncio
import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path

import structlog

from bench.scene import RACINE, Scene
from bench.taille.bilan import Bilan
from bench.taille.cas import CAS
from bench.taille.donnees import Bases
from bench.taille.echelle import Echelle
from bench.taille.listes import QUI
from bench.taille.mesure import Client, Durees, un_tour
from bench.taille.plans import Plans
from bench.taille.releve import Appel, Releveur
from outils.moteurs import Moteurs, moteurs
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.schema.provisionnement import Acces

CACHE = RACINE / ".cache" / "taille"
_PATIENTS = DelaisBase(instruction=60_000, transaction=120_000)
"""Les délais du relevé et de la requête nue : la plus lente y va au bout."""


@contextmanager
def _gardes(dossier: Path, _: Path) -> Iterator[Moteurs]:
    """PostgreSQL sur les données gardées; l'API n'a pas besoin d'un vrai bus."""
    dossier.mkdir(parents=True, exist_ok=True)
    with moteurs("embarque", dossier_postgres=dossier / "postgres") as prets:
        yield prets


async def _relever(
    bases: Bases, nom: str, acces: Acces
) -> list[tuple[Appel, Appel | None, Plans, Durees]]:
    """Chaque demande de chaque liste d'un service : instructions, plans, page profonde."""
    banc = bases.monter(nom, acces, _PATIENTS)
    releves = []
    async with Releveur.ouvrir(banc, bases.superutilisateur(nom)) as releveur:
        tailles = await releveur.tailles()
        for liste in CAS[nom]:
            for demande in liste.toutes:
                for qui in QUI:
                    if (appel := await releveur.relever(liste, demande, qui)) is None:
                        continue
                    profonde = await releveur.aux_neuf_dixiemes(appel)
                    plans = await releveur.plans(appel, tailles, execute=True)
                    if profonde is not None:
                        plans += await releveur.plans(profonde, tailles)
                    releves.append((appel, profonde, plans, Durees()))
    await banc.fermer()
    return releves


async def _mesurer(
    scene: Scene, bases: Bases, nom: str, bilan: Bilan, tours: int, limite: float
) -> None:
    acces = await bases.preparer(nom)
    releves = await _relever(bases, nom, acces)
    port = await scene.servir(nom, nom, "api", **scene.reglages(asdict(acces)))
    nue = ouvrir_moteur(acces.api, _PATIENTS)
    async with Client(port) as client, nue.a_part() as cx:
        for tour in range(tours):
            for appel, profonde, _, durees in releves:
                if time.monotonic() > limite and tour:
                    break
                jeton = scene.emetteur.jeton([appel.role], organisme=appel.qui.organisme or None)
                await un_tour(client, cx, durees, appel, profonde, jeton)
    for appel, _, plans, durees in releves:
        bilan.noter(nom, appel, plans, durees)
    bilan.ecrire()


async def _jouer(arguments: argparse.Namespace) -> None:
    echelle = Echelle(arguments.facteur, arguments.graine)
    dossier = CACHE / echelle.nom
    bilan = Bilan.ouvrir(echelle)
    noms = arguments.services.split(",")
    async with Scene.ouvrir(partial(_gardes, dossier)) as scene:
        print(f"{scene.moteurs.presentation}; taille {echelle.nom}", flush=True)
        bases = Bases(scene.moteurs.dsn, dossier, echelle, scene.emetteur)
        voulues = dict.fromkeys(("catalogue", *noms))  # les autres écoutent le catalogue
        for nom in voulues:
            await bases.preparer(nom)
        octets = [await bases.octets(nom) for nom in voulues]
        libre = shutil.disk_usage(dossier).free
        print(f"Disque : {sum(octets) / 1e9:.1f} Go pris, {libre / 1e9:.0f} Go libres", flush=True)
        if arguments.charger:
            return
        fin = time.monotonic() + 60 * arguments.minutes
        for rang, nom in enumerate(noms):
            debut = time.monotonic()
            limite = debut + (fin - debut) / (len(noms) - rang)
            await _mesurer(scene, bases, nom, bilan, arguments.tours, limite)
            print(f"  ({nom} : {time.monotonic() - debut:.0f} s)", flush=True)
    bilan.conclure()


def main() -> None:
    """Charge, mesure et écrit `sortie/bench-taille.json`."""
    analyseur = argparse.ArgumentParser(prog="bench.taille", description=__doc__)
    analyseur.add_argument("--facteur", type=float, default=1.0)
    analyseur.add_argument("--graine", type=int, default=13)
    analyseur.add_argument("--services", default=",".join(CAS))
    analyseur.add_argument("--tours", type=int, default=3)
    analyseur.add_argument("--minutes", type=float, default=20.0)
    analyseur.add_argument("--charger", action="store_true", help="semer sans mesurer")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(_jouer(analyseur.parse_args()))


if __name__ == "__main__":
    main()

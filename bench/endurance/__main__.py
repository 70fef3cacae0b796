"""`python -m bench.endurance [--minutes 15] [--facteur 1]` : la pointe du modèle, tenue longtemps.

Imprime chaque relevé, puis ce qui a monté entre le deuxième tiers et le dernier; écrit
`sortie/endurance.json`, coûts par demande compris. Un but manqué se dit, la sortie est alors 1.
"""

import argparse
import asyncio
import json
import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import structlog

from bench.capacite.modele import Taille
from bench.endurance.charge import Charge
from bench.endurance.releves import Etat, Observateur, croissance, tiers
from bench.quinze import Quinze
from bench.repos import Compteurs
from bench.resultats import But, Resultats
from bench.scene import RACINE, Scene

SORTIE = RACINE / "sortie" / "endurance.json"
COUTS = RACINE / "sortie" / "couts.json"
CHAUFFE = 30.0
"""Secondes de charge avant le premier relevé : les caches se remplissent une fois."""
REPOS = 30.0
PAS = 15.0
GENRES = {"api": "api", "consommateurs": "consommateur", "relais": "relais"}


@dataclass(frozen=True, slots=True)
class Jeu:
    """Ce que rend une endurance."""

    repos: tuple[Etat, Etat]
    etats: list[Etat]
    charge: Charge
    audits: int
    tenue: float
    """Demandes livrées par seconde."""


async def _observer(observateur: Observateur, fin: asyncio.Event, etats: list[Etat]) -> None:
    debut = time.monotonic()
    while True:
        etat = await observateur.relever((time.monotonic() - debut) / 60)
        etats.append(etat)
        print(
            f"  {etat.minute:5.1f} min : {etat.memoire:6.0f} Mio, {etat.connexions} connexions,"
            f" {etat.mortes} lignes mortes, {etat.attend} en attente",
            flush=True,
        )
        if fin.is_set():
            return
        try:
            await asyncio.wait_for(fin.wait(), PAS)
        except TimeoutError:
            continue


async def _jouer(scene: Scene, taille: Taille, minutes: float) -> Jeu:
    async with Quinze.preparer(scene) as quinze, quinze.lances() as (lances, _durees):
        serveur = await asyncpg.connect(scene.moteurs.dsn)
        try:
            bases = [acces["interne"].rpartition("/")[2] for acces in quinze.acces.values()]
            observateur = Observateur(
                Compteurs(lances, serveur, bases),
                quinze.client,
                {nom: acces["migrer"] for nom, acces in quinze.acces.items()},
                Path(scene.dossier) / "kafka",
            )
            charge = Charge(
                quinze,
                min(taille.organismes, 150),
                taille.demandes_par_seconde,
                taille.gestes_par_demande,
                taille.lectures_par_geste,
            )
            await charge.preparer()
            avant = await observateur.relever(0)
            await asyncio.sleep(REPOS)
            repos = (avant, await observateur.relever(0))
            await charge.tourner(CHAUFFE)
            charge.faites, audits = 0, await observateur.audits()
            etats: list[Etat] = []
            fin = asyncio.Event()
            guet = asyncio.create_task(_observer(observateur, fin, etats))
            tenue = await charge.tourner(60 * minutes)
            await asyncio.sleep(2)
            fin.set()
            await guet
            return Jeu(repos, etats, charge, await observateur.audits() - audits, tenue)
        finally:
            await serveur.close()


def _conclure(jeu: Jeu, resultats: Resultats, voulue: float) -> None:
    etats = jeu.etats
    pire = max(etats[0].pss, key=lambda nom: croissance(etats, lambda e: e.pss[nom]))
    for nom, valeur, borne in (
        ("mémoire de tous les rôles", croissance(etats, lambda e: e.memoire), 1.05),
        (f"mémoire du pire ({pire})", croissance(etats, lambda e: e.pss[pire]), 1.10),
        ("connexions", croissance(etats, lambda e: e.connexions), 1.10),
    ):
        resultats.seul(f"endurance, {nom}, dernier tiers", "fois", [valeur], But("≤", borne))
    # Autovacuum passe par à-coups : c'est le sommet qui ne doit pas monter.
    mortes = [max(e.mortes for e in tiers(etats, rang)) for rang in (1, 2)]
    resultats.seul(
        "endurance, lignes mortes, sommet du dernier tiers",
        "fois",
        [mortes[1] / max(mortes[0], 1)],
        But("≤", 1.5),
    )
    attend = max(e.attend for e in tiers(etats, 2))
    resultats.seul("endurance, en attente au dernier tiers", "messages", [attend], But("≤", 200))
    # Des jalons partent toujours : il en reste en chemin.
    resultats.seul("endurance, en attente à la fin", "messages", [etats[-1].attend], But("≤", 20))
    resultats.seul(
        "endurance, cadence tenue", "demandes/s", [jeu.tenue], But("≥", round(0.95 * voulue, 3))
    )
    resultats.seul("endurance, appels répétés", "appels", [jeu.charge.refusees], But("≤", 0))


def _couts(jeu: Jeu) -> dict[str, object]:
    """Ce qu'a coûté une demande : le processeur au-dessus du repos, et les octets."""
    debut, fin, vies = jeu.etats[0], jeu.etats[-1], jeu.charge.faites
    duree = fin.compteurs.instant - debut.compteurs.instant
    avant, apres = jeu.repos
    repos = apres.compteurs.instant - avant.compteurs.instant

    def par_vie(lu: float, au_repos: float) -> float:
        return round((lu - au_repos * duree / repos) / vies, 6)

    def octets(nom: str) -> int:
        return round((fin.octets[nom] - debut.octets[nom]) / vies)

    rendus: dict[str, object] = {
        f"{nom}_par_demande": par_vie(
            fin.par_genre[genre] - debut.par_genre[genre],
            apres.par_genre[genre] - avant.par_genre[genre],
        )
        for nom, genre in GENRES.items()
    }
    for champ in ("base", "transactions"):
        au_repos = getattr(apres.compteurs, champ) - getattr(avant.compteurs, champ)
        lu = getattr(fin.compteurs, champ) - getattr(debut.compteurs, champ)
        rendus[f"{champ}_par_demande"] = par_vie(lu, au_repos)
    for nom in ("roles", "base"):
        au_repos = getattr(apres.compteurs, nom) - getattr(avant.compteurs, nom)
        rendus[f"{nom}_au_repos"] = round(au_repos / repos, 4)
    return rendus | {
        "octets_par_demande": {nom: octets(nom) for nom in fin.octets if nom != "bus"},
        "octets_du_bus_par_demande": octets("bus"),
        "audits_par_demande": round(jeu.audits / vies, 2),
        "memoire_par_role": round(fin.memoire / len(fin.pss), 1),
        "demandes": vies,
        "demandes_par_seconde": round(jeu.tenue, 3),
    }


async def _mesurer(minutes: float, facteur: float, resultats: Resultats) -> None:
    taille = Taille.lire().fois(facteur)
    async with Scene.ouvrir() as scene:
        print(scene.moteurs.presentation, flush=True)
        print(f"{taille.demandes_par_seconde:.2f} demandes par seconde, {minutes:g} minutes")
        jeu = await _jouer(scene, taille, minutes)
    _conclure(jeu, resultats, taille.demandes_par_seconde)
    resultats.ecrire()
    COUTS.write_text(json.dumps(_couts(jeu), ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(COUTS.read_text("utf-8"))


def main() -> None:
    """Joue l'endurance; rend 1 si un but est manqué."""
    analyseur = argparse.ArgumentParser(prog="bench.endurance", description=__doc__)
    analyseur.add_argument("--minutes", type=float, default=15)
    analyseur.add_argument("--facteur", type=float, default=1)
    arguments = analyseur.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    resultats = Resultats(SORTIE)
    asyncio.run(_mesurer(arguments.minutes, arguments.facteur, resultats))
    sys.exit(any(not r.tenu for r in resultats.liste))


if __name__ == "__main__":
    main()

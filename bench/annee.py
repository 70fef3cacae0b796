"""Une année de tous les organismes : 150 de 400 actifs, douze mois; la mémoire reste plate.

`SBG_BENCH_FACTEUR` : la part des organismes (1 : les 150).
"""

import gc
import os
import time
from typing import Final
from uuid import uuid4

from bench.parc import Cout, Parc, memoire, mesure, mois_de, ouvrir
from bench.resultats import But, Resultats
from bench.scene import Scene
from facturation.emissions.cas_usage import DemanderExecution, demander_execution
from facturation.emissions.entrees.taches import emettre
from facturation.emissions.ports import Ports
from outils.essais.banc import Banc

ORGANISMES: Final = 150
ACTIFS: Final = 400
MOIS: Final = 12
VARIABLE: Final = "SBG_BENCH_FACTEUR"


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:  # noqa: ARG001 -- une année ne se refait pas
    """L'année qui suit le mois de livraison, un mois à la fois, tous les organismes."""
    await une_annee(scene, resultats, float(os.environ.get(VARIABLE, "1")))


async def une_annee(
    scene: Scene, resultats: Resultats, facteur: float, *, actifs: int = ACTIFS
) -> None:
    """Émet douze mois de cette part des organismes; dit si temps et mémoire croissent."""
    nombre = max(2, round(facteur * ORGANISMES))
    async with ouvrir(scene) as banc:
        gc.collect()
        gc.freeze()
        for rang in range(nombre):
            await Parc(banc, nom=f"AN{rang:03}", actifs=actifs).semer()
        debut, repos, octets = time.perf_counter(), memoire("VmRSS"), await _octets(banc)
        couts = [await _un_mois(banc, rang, nombre * actifs) for rang in range(2, MOIS + 2)]
        secondes = time.perf_counter() - debut
        octets = await _octets(banc) - octets
    parc = f"{nombre} organismes de {actifs} actifs, {MOIS} mois"
    debit = nombre * actifs * MOIS / secondes
    resultats.seul(f"{parc}, lignes émises", "lignes/s", [debit], But("≥", 1_000))
    disque = [octets / (nombre * actifs * MOIS)]
    resultats.seul(f"{parc}, disque par ligne, index compris", "octets", disque, But("≤", 2_048))
    pointe = max(cout.pointe for cout in couts)
    resultats.seul(f"{parc}, mémoire de pointe du processus", "Mio", [pointe], But("≤", 400))
    derniere = [couts[-1].pointe - repos]
    resultats.seul(f"{parc}, mémoire du dernier mois en plus", "Mio", derniere, But("≤", 50))
    # Un mois se mesure seul : trois du début, trois de la fin.
    fin, tete = ([1000 * c.secondes for c in part] for part in (couts[-3:], couts[:3]))
    nom = f"{parc}, les trois derniers mois contre les trois premiers"
    resultats.rapport(nom, "ms", fin, tete, But("≤", 1.2))


async def _octets(banc: Banc) -> int:
    async with banc.interne() as connexion:
        lus: int = await connexion.pilote.fetchval("SELECT pg_database_size(current_database())")
        return lus


async def _un_mois(banc: Banc, rang: int, lignes: int) -> Cout:
    """L'exécution d'un mois, par la tâche du relais, du premier organisme au dernier."""
    demande = DemanderExecution(id=uuid4(), periode=mois_de(rang), organisme=None)
    await banc.contexte.executer(
        "demander_execution", Ports, demander_execution, demande, cle=str(rang)
    )
    async with mesure() as cout:
        await emettre(banc.contexte)
    async with banc.interne() as connexion:
        emises = await connexion.pilote.fetchval(
            "SELECT sum(nombre_lignes) FROM factures WHERE periode = $1", str(mois_de(rang))
        )
    if emises != lignes:
        raise AssertionError(f"{mois_de(rang)} : {emises} lignes émises, {lignes} attendues.")
    return cout

"""Ce que coûtent cinq services au repos, et ce que met un fait seul à y produire son effet."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import psutil

from bench.effet import CORPS
from bench.quinze import Processus, Quinze
from bench.resultats import But, Resultats
from bench.scene import Scene

INSTALLATION = 15.0
"""Secondes laissées aux premières tâches, données de mise en route et groupes du bus."""
REPOS = 45.0
ENTRE_FAITS = 5.0
FAITS = 2
"""Les faits seuls d'après le premier, chacun après un court repos."""
SONDE = 0.002
PATIENCE = 20.0
_TRANSACTIONS = """
SELECT coalesce(sum(xact_commit + xact_rollback), 0)::bigint FROM pg_stat_database
WHERE datname = ANY($1::text[])
"""
_VU = "SELECT EXISTS (SELECT 1 FROM sujets WHERE id = $1)"


@dataclass(frozen=True, slots=True)
class Releve:
    """Des compteurs, à un instant : transactions commises ou annulées, secondes de processeur."""

    instant: float
    transactions: int
    roles: float
    base: float


@dataclass(frozen=True, slots=True)
class Compteurs:
    """De quoi relever ce que font les quinze rôles et leur base."""

    lances: Sequence[Processus]
    connexion: asyncpg.Connection
    bases: Sequence[str]

    async def relever(self) -> Releve:
        """Ce qui s'est fait jusqu'ici."""
        numero = await self.connexion.fetchval("SELECT pg_backend_pid()")
        postgres = psutil.Process(numero).parent()
        return Releve(
            instant=time.monotonic(),
            transactions=await self.connexion.fetchval(_TRANSACTIONS, self.bases),
            roles=sum(_processeur(un.systeme) for un in self.lances),
            # Une session close rend son temps à son père.
            base=_processeur(postgres, enfants=True)
            + sum(map(_processeur, postgres.children(recursive=True))),
        )


def _processeur(processus: psutil.Process, *, enfants: bool = False) -> float:
    try:
        temps = processus.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    finis = temps.children_user + temps.children_system if enfants else 0.0
    return float(temps.user + temps.system + finis)


async def _latence(quinze: Quinze, jeton: str, sla: asyncpg.Connection) -> float:
    """Du COMMIT d'une demande à sa mesure dans sla, en millisecondes."""
    reponse = await quinze.client.post(
        f"{quinze.adresse('demandes')}/v1/demandes", json=CORPS, headers=quinze.en_tetes(jeton)
    )
    commis = time.perf_counter()
    reponse.raise_for_status()
    async with asyncio.timeout(PATIENCE):
        while not await sla.fetchval(_VU, reponse.json()["id"]):  # noqa: ASYNC110 -- on sonde
            await asyncio.sleep(SONDE)
    return 1e3 * (time.perf_counter() - commis)


async def mesurer(scene: Scene, resultats: Resultats, _: int) -> None:
    """Une minute de repos, dont on mesure la fin, puis quelques faits seuls."""
    async with Quinze.preparer(scene) as quinze, quinze.lances() as (lances, _durees):
        jeton = await quinze.inscrire()
        serveur = await asyncpg.connect(scene.moteurs.dsn)
        sla = await asyncpg.connect(quinze.acces["sla"]["interne"])
        try:
            bases = [acces["interne"].rpartition("/")[2] for acces in quinze.acces.values()]
            compteurs = Compteurs(lances, serveur, bases)
            await _latence(quinze, jeton, sla)
            await asyncio.sleep(INSTALLATION)
            avant = await compteurs.relever()
            await asyncio.sleep(REPOS)
            apres = await compteurs.relever()
            latences = [await _latence(quinze, jeton, sla)]
            for _rang in range(FAITS):
                await asyncio.sleep(ENTRE_FAITS)
                latences.append(await _latence(quinze, jeton, sla))
        finally:
            await sla.close()
            await serveur.close()
    _conclure(resultats, avant, apres, latences)


def _conclure(
    resultats: Resultats, avant: Releve, apres: Releve, latences: Sequence[float]
) -> None:
    duree = apres.instant - avant.instant
    transactions = (apres.transactions - avant.transactions) / duree
    resultats.seul("repos, quinze rôles, base", "transactions/s", [transactions], But("≤", 40))
    roles, base = (100 * (apres.roles - avant.roles), 100 * (apres.base - avant.base))
    resultats.seul("repos, quinze rôles, processeur", "% d'un cœur", [roles / duree], But("≤", 4))
    resultats.seul("repos, PostgreSQL, processeur", "% d'un cœur", [base / duree], But("≤", 4))
    resultats.seul(
        "repos, fait seul, du commit à l'effet (pire)", "ms", [max(latences)], But("≤", 500)
    )

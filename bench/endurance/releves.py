"""Ce qui pourrait monter sans redescendre : mémoire, connexions, lignes mortes, retards, disque."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from statistics import median

import asyncpg
import httpx

from bench.quinze import Processus
from bench.repos import Compteurs, Releve

_JAUGES = ("sbg_outbox_lignes", "sbg_consommation_retard", "sbg_stationnement_lignes")
_CONNEXIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = ANY($1::text[])"
_TAILLES = "SELECT datname, pg_database_size(datname) FROM pg_database WHERE datname = ANY($1)"
_MORTES = "SELECT coalesce(sum(n_dead_tup), 0)::bigint FROM pg_stat_user_tables"
_AUDITS = "SELECT count(*) FROM socle_audit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Etat:
    """Un relevé, à un instant."""

    minute: float
    pss: Mapping[str, float]
    """Mio, par rôle."""
    connexions: int
    mortes: int
    """Lignes mortes que VACUUM n'a pas encore rendues, toutes bases."""
    attend: int
    """Faits à envoyer, messages à lire ou stationnés, tous rôles."""
    octets: Mapping[str, int]
    compteurs: Releve
    par_genre: Mapping[str, float]
    """Les secondes de processeur depuis le départ, par genre de rôle."""

    @property
    def memoire(self) -> float:
        """Celle de tous les rôles, en Mio."""
        return sum(self.pss.values())


@dataclass(frozen=True, slots=True)
class Observateur:
    """De quoi relever l'état de quinze rôles, de leurs bases et de leur bus."""

    compteurs: Compteurs
    client: httpx.AsyncClient
    dsns: Mapping[str, str]
    """Le propriétaire de chaque base."""
    bus: Path
    """Le dossier du journal de Kafka."""

    async def relever(self, minute: float) -> Etat:
        """L'état, maintenant."""
        c = self.compteurs
        tailles = dict(await c.connexion.fetch(_TAILLES, list(c.bases)))
        par_genre = {"api": 0.0, "consommateur": 0.0, "relais": 0.0}
        for un in c.lances:
            temps = un.systeme.cpu_times()
            par_genre[un.role] += temps.user + temps.system
        return Etat(
            minute=minute,
            pss={f"{un.service} {un.role}": un.pss for un in c.lances},
            connexions=await c.connexion.fetchval(_CONNEXIONS, list(c.bases)),
            mortes=sum([await _compter(dsn, _MORTES) for dsn in self.dsns.values()]),
            attend=sum([await self._jauges(un) for un in c.lances]),
            octets={
                **{nom: tailles[dsn.rpartition("/")[2]] for nom, dsn in self.dsns.items()},
                "bus": sum(f.stat().st_size for f in self.bus.rglob("*.log")),
            },
            compteurs=await c.relever(),
            par_genre=par_genre,
        )

    async def audits(self) -> int:
        """Les lignes d'audit de demandes."""
        return await _compter(self.dsns["demandes"], _AUDITS)

    async def _jauges(self, un: Processus) -> int:
        reponse = await self.client.get(f"http://127.0.0.1:{un.port}/metrics")
        lues = (
            float(ligne.rpartition(" ")[2])
            for ligne in reponse.text.splitlines()
            if ligne.startswith(_JAUGES)
        )
        # Un rôle qui ne lit aucun sujet n'a pas de retard : sa jauge le dit par NaN.
        return int(sum(lue for lue in lues if not isnan(lue)))


async def _compter(dsn: str, requete: str) -> int:
    connexion = await asyncpg.connect(dsn)
    try:
        nombre: int = await connexion.fetchval(requete)
        return nombre
    finally:
        await connexion.close()


def tiers(etats: Sequence[Etat], rang: int) -> Sequence[Etat]:
    """Un tiers des relevés, du premier (0) au dernier (2)."""
    taille = len(etats) // 3
    return etats[rang * taille : (rang + 1) * taille if rang < 2 else len(etats)]


def croissance(etats: Sequence[Etat], lire: Callable[[Etat], float]) -> float:
    """La médiane du dernier tiers sur celle du deuxième : 1, rien n'a monté."""
    avant, apres = (median(lire(e) for e in tiers(etats, rang)) for rang in (1, 2))
    return apres / avant if avant else (1.0 if not apres else float("inf"))

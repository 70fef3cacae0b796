"""La transaction : ouverte sous une portée, commise ici seulement, annulée sur exception."""

import asyncio
import random
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import asyncpg

from noyau import Acteur
from socle.bd.connexion import Connexion
from socle.bd.entretien import FIN_D_ENTRETIEN, fin_lue
from socle.bd.moteur import DelaisBase, Moteur, couper
from socle.bd.pannes import EnEntretien, est_a_reprendre, est_lecture_seule
from socle.injection_fautes import point

T = TypeVar("T")
ESSAIS = 4
_LITTERAL = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""Ce qui peut s'écrire tel quel dans BEGIN : ni apostrophe, ni espace."""


@dataclass(frozen=True, slots=True)
class Portee:
    """Un organisme, ou tout le MCN, ou (`interne`) un rôle que les politiques laissent passer."""

    organisme: str = ""
    mcn: bool = False

    def __post_init__(self) -> None:
        if self.organisme and not _LITTERAL.fullmatch(self.organisme):
            raise ValueError("Le code d'organisme est mal formé.")

    @classmethod
    def de(cls, acteur: Acteur) -> "Portee":
        """La portée d'un acteur dont le jeton est vérifié."""
        return cls(mcn=True) if acteur.organisme is None else cls(organisme=acteur.organisme)

    def debut(
        self,
        *,
        ecriture: bool = False,
        verrou: int | None = None,
        selon_valeurs: bool = False,
    ) -> str:
        """Le début de transaction, réglages, identifiant, verrou : un seul aller-retour.

        `sbg.reclame` dit ensuite si le verrou consultatif était libre : ce qui se lit là ne se rend
        pas à l'appelant.
        """
        instructions = [
            "BEGIN",
            f"SET LOCAL sbg.organisme = '{self.organisme}'",
            f"SET LOCAL sbg.portee = '{'mcn' if self.mcn else ''}'",
        ]
        if selon_valeurs:
            instructions.append("SET LOCAL plan_cache_mode = force_custom_plan")
        if ecriture:
            instructions.append("SELECT pg_current_xact_id()")
        if verrou is not None:
            pris = f"pg_try_advisory_xact_lock('{verrou:d}')::text"
            instructions.append(f"SELECT set_config('sbg.reclame', {pris}, true)")
        return "; ".join(instructions)

    @property
    def etiquette(self) -> str:
        """« * » pour le MCN, sinon le code de l'organisme : la colonne `organisme` du socle."""
        return self.organisme or "*"


INTERNE = Portee()


class TransactionTropLongue(Exception):
    """La base a coupé une transaction qui dépassait son délai, et la connexion l'a appris seule.

    Elle coupe aussi bien pendant un calcul : l'instruction d'après ne trouve qu'une connexion
    fermée, et la raison en serait perdue.
    """

    sqlstate = "25P04"


@asynccontextmanager
async def transaction(
    moteur: Moteur,
    portee: Portee,
    *,
    ecriture: bool = False,
    verrou: int | None = None,
    selon_valeurs: bool = False,
) -> AsyncIterator[Connexion]:
    """Une transaction READ COMMITTED sous une portée; commise à la sortie, annulée sur exception.

    `ecriture` lui donne son identifiant dès le début, avant que l'acte ne lise l'heure : les
    jalons en dépendent (ADR 0012). `verrou` essaie d'abord un verrou consultatif, sans attendre;
    `retrouver` dit s'il est pris. `selon_valeurs` planifie chaque instruction d'après ses valeurs,
    au lieu de reprendre le plan de valeurs quelconques. Une annulation de tâche ne commet rien et
    coupe la connexion : on ne sait pas où elle en est.
    """
    async with moteur.emprunter() as connexion:
        pilote, debut = connexion.pilote, time.monotonic()
        try:
            await pilote.execute(
                portee.debut(ecriture=ecriture, verrou=verrou, selon_valeurs=selon_valeurs)
            )
            yield connexion
            point("avant_commit")
            await pilote.execute("COMMIT")
        except Exception as erreur:
            await _annuler(pilote)
            if isinstance(erreur, asyncpg.InterfaceError) and _a_dure(debut, moteur.delais):
                raise TransactionTropLongue(str(erreur)) from erreur
            if est_lecture_seule(erreur) and not isinstance(erreur, EnEntretien):
                raise EnEntretien(await _fin_dite(pilote)) from erreur
            raise
        except BaseException:
            couper(pilote)
            raise
    point("apres_commit")


def _a_dure(debut: float, delais: DelaisBase) -> bool:
    """Vrai si la base a pu couper d'elle-même une transaction ouverte à cet instant."""
    return 1000 * (time.monotonic() - debut) >= min(delais.transaction, delais.inactivite)


async def _fin_dite(pilote: asyncpg.Connection) -> datetime | None:
    """Quand l'exploitant dit que l'entretien finira (`sbg entretien ouvrir`), s'il l'a dit."""
    try:
        return fin_lue(await pilote.fetchval(f"SELECT current_setting('{FIN_D_ENTRETIEN}', true)"))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None


async def _annuler(pilote: asyncpg.Connection) -> None:
    try:
        if pilote.is_in_transaction():
            await pilote.execute("ROLLBACK")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        couper(pilote)


@asynccontextmanager
async def tentative(connexion: Connexion) -> AsyncIterator[None]:
    """Un essai dans la transaction : s'il lève, il n'aura rien écrit, et l'on peut continuer."""
    pilote = connexion.pilote
    await pilote.execute("SAVEPOINT tentative")
    try:
        yield
    except Exception:
        await pilote.execute("ROLLBACK TO SAVEPOINT tentative; RELEASE SAVEPOINT tentative")
        raise
    await pilote.execute("RELEASE SAVEPOINT tentative")


async def reprendre(essai: Callable[[], Awaitable[T]]) -> T:
    """Refait une transaction que la base a sacrifiée (40001, 40P01), un nombre borné de fois."""
    for reste in range(ESSAIS - 1, -1, -1):
        try:
            return await essai()
        except Exception as erreur:
            if not (reste and est_a_reprendre(erreur)):
                raise
            await asyncio.sleep(random.uniform(0.005, 0.05))  # noqa: S311 -- gigue
    raise AssertionError

"""La base est-elle celle que ce code attend, et le rôle n'y a-t-il que ses droits?

Une base vide, en retard ou d'un autre service, un rôle qui échappe à la sécurité par ligne :
le service se ferme plutôt que de servir ce qu'il ne devrait pas montrer. On regarde des droits,
jamais des noms : une base infogérée nomme ses rôles à sa façon.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, Literal

import asyncpg

from socle.bd.moteur import Moteur
from socle.bd.pannes import code_sql, est_panne
from socle.bd.transaction import INTERNE, transaction

CADENCE: Final = 30.0
"""Secondes pendant lesquelles une base reconnue bonne n'est que sondée."""
CADENCE_REFUS: Final = 5.0
"""Secondes entre deux examens d'une base refusée."""

_ROLE: Final = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
_TABLES: Final = """
SELECT c.relname AS nom, pg_has_role(c.relowner, 'MEMBER') AS possedee,
       row_security_active(c.oid) AS gardee,
       has_table_privilege(c.oid, 'INSERT') AS inscriptible,
       has_table_privilege(c.oid, 'SELECT') AS lisible
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid)
  AND c.relnamespace <> 'pg_catalog'::regnamespace AND NOT c.relispartition
"""
_REVISION: Final = "alembic_version"
_LUES: Final = "SELECT version_num FROM alembic_version"
_DE_L_INTERNE: Final = "socle_inbox"
"""Une table où l'API n'a aucun droit, et l'interne tous."""
_DE_TOUS: Final = "socle_outbox"
_CITEES: Final = 3
_DITS: Final = {
    "28": "elle refuse ce rôle ou son mot de passe",
    "3D": "elle n'existe pas",
    "42501": "ce rôle n'a pas le droit de s'y connecter",
    "53300": "elle n'a plus de connexion libre",
}
"""Ce que veulent dire des codes SQLSTATE, ou leur début."""

RoleDeService = Literal["api", "interne"]
"""Un rôle de base sous lequel un service tourne."""


class BaseRefusee(Exception):
    """La base répond et n'est pas celle qu'il faut; le message dit quoi faire."""


@dataclass(frozen=True, slots=True)
class BaseAttendue:
    """La base qu'un rôle du service attend."""

    service: str
    role: RoleDeService
    revisions: Sequence[str]
    """Celles que ce code connaît, de la plus ancienne à la sienne."""
    tables: frozenset[str]
    """Celles du service et du socle à cette révision."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Ce qu'un examen trouve : `defaut` ferme le service, `avance` se dit seulement."""

    defaut: str | None = None
    avance: str | None = None


async def examiner(pilote: asyncpg.Connection, attendue: BaseAttendue) -> Verdict:
    """Examine la base et le rôle de cette connexion."""
    role = await pilote.fetchrow(_ROLE)
    tables = {ligne["nom"]: ligne for ligne in await pilote.fetch(_TABLES)}
    defaut = next(_defauts(attendue, role, tables), None)
    if defaut is not None:
        return Verdict(defaut)
    lues = [ligne[0] for ligne in await pilote.fetch(_LUES)]
    return _selon_la_revision(attendue, lues, tables.keys())


def _defauts(
    attendue: BaseAttendue, role: asyncpg.Record, tables: Mapping[str, asyncpg.Record]
) -> Iterator[str]:
    """Ce qui ne va pas, le plus grave d'abord."""
    nom = f"le rôle « {role['rolname']} »"
    if role["rolsuper"] or role["rolbypassrls"]:
        pouvoir = "est superutilisateur" if role["rolsuper"] else "porte BYPASSRLS"
        yield f"{nom} {pouvoir} : la sécurité par ligne ne le retiendrait pas"
    siennes = {n: t for n, t in tables.items() if n in attendue.tables}
    if not siennes or _REVISION not in tables:
        yield _absente(attendue, tables.keys())
    if possedees := [n for n, t in siennes.items() if t["possedee"]]:
        yield f"{nom} possède les tables ({_citer(possedees)}) : c'est l'accès de « migrer »"
    if _DE_TOUS not in siennes or not siennes[_DE_TOUS]["inscriptible"]:
        yield f"{nom} n'a pas les droits de « {attendue.role} » dans cette base"
    voit_l_interne = siennes[_DE_L_INTERNE]["lisible"] if _DE_L_INTERNE in siennes else False
    if attendue.role == "api" and voit_l_interne:
        yield f"{nom} a les droits de « interne » : l'API montrerait tout à tous"
    if attendue.role == "interne" and not voit_l_interne:
        yield f"{nom} n'a pas les droits de « interne » : est-ce l'accès de « api »?"
    if nues := [n for n, t in siennes.items() if not t["gardee"]]:
        yield f"la sécurité par ligne ne retient pas {nom} ({_citer(nues)})"
    if not tables[_REVISION]["lisible"]:
        yield f"{nom} ne peut lire la révision du schéma : {_migrer(attendue)}"


def _selon_la_revision(
    attendue: BaseAttendue, lues: Sequence[str], presentes: AbstractSet[str]
) -> Verdict:
    """Le code d'avant tourne sur le schéma d'après, jamais l'inverse."""
    tete, lue = attendue.revisions[-1], ", ".join(lues) or "aucune"
    manquantes = attendue.tables - presentes
    inconnues = presentes - attendue.tables - {_REVISION}
    if len(lues) != 1 or lue in attendue.revisions[:-1]:
        doute = f"; vérifiez l'adresse, elle porte {_citer(inconnues)}" if inconnues else ""
        return Verdict(
            f"la base est à la révision {lue}, ce code attend {tete} : {_migrer(attendue)}{doute}"
        )
    if manquantes:
        porte = f" et elle porte {_citer(inconnues)}" if inconnues else ""
        return Verdict(
            f"ce n'est pas la base de {attendue.service} : il y manque {_citer(manquantes)}{porte}"
        )
    if lue != tete:
        return Verdict(avance=f"la base est à la révision {lue}, ce code à {tete} : admis")
    return Verdict()


def _panne(erreur: Exception) -> str:
    """Ce qu'une base en panne dit d'elle-même : un accès refusé n'est pas un silence."""
    code = code_sql(erreur) or ""
    dit = next((texte for debut, texte in _DITS.items() if code.startswith(debut)), None)
    return f"base injoignable ({dit or type(erreur).__name__})"


def _absente(attendue: BaseAttendue, presentes: AbstractSet[str]) -> str:
    if presentes:
        return f"ce n'est pas la base de {attendue.service} : elle porte {_citer(presentes)}"
    return f"la base est vide : {_migrer(attendue)}"


def _migrer(attendue: BaseAttendue) -> str:
    return f"lancez « python -m {attendue.service} migrer »"


def _citer(noms: Iterable[str]) -> str:
    """Quelques noms, dans l'ordre, et combien d'autres."""
    tries = sorted(noms)
    reste = len(tries) - _CITEES
    return ", ".join(tries[:_CITEES]) + (f" et {reste} de plus" if reste > 0 else "")


@dataclass(slots=True)
class ControleBase:
    """La sonde d'une base : elle répond, et c'est la bonne. Le verdict se garde un moment."""

    moteur: Moteur
    attendue: BaseAttendue
    _verdict: Verdict = field(default_factory=Verdict)
    _echeance: float = float("-inf")

    async def exiger(self) -> None:
        """Lève `BaseRefusee` si la base répond et n'est pas la bonne; muette, on l'attendra."""
        await self.sonder()
        if self._verdict.defaut is not None:
            acces = f"SBG_BASE__{self.attendue.role.upper()}"
            raise BaseRefusee(f"{acces} : {self._verdict.defaut}.")

    async def sonder(self) -> str | None:
        """Pourquoi on ne peut s'y fier, ou rien; une panne est une réponse, jamais une erreur."""
        try:
            async with transaction(self.moteur, INTERNE) as connexion:
                if time.monotonic() < self._echeance:
                    await connexion.pilote.execute("SELECT 1")
                else:
                    self._retenir(await examiner(connexion.pilote, self.attendue))
        except Exception as erreur:
            if not est_panne(erreur):
                raise
            # Au retour, ce sera peut-être une autre base.
            self._verdict, self._echeance = Verdict(), float("-inf")
            return _panne(erreur)
        return self._verdict.defaut

    async def avance(self) -> str | None:
        """De combien la base devance ce code, au dernier examen; rien si elle ne le fait pas."""
        return self._verdict.avance

    def _retenir(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self._echeance = time.monotonic() + (CADENCE_REFUS if verdict.defaut else CADENCE)

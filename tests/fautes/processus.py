"""Des processus qu'on tue, et d'autres qui finissent leur ouvrage, sur la base d'un service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import asyncpg

from outils.essais.tables import TABLES
from socle.bd.moteur import Moteur, ouvrir_moteur
from socle.exploitation.mesures import Mesures
from socle.roles import Roles
from socle.service import Contexte
from tests.fautes.fil import Fil, MoteurSuivi
from tests.fautes.pilote import Mort

REPRISES: Final = 100
Faire = Callable[[Contexte], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Base:
    """La base d'un service, et les processus qui s'y succèdent."""

    roles: Roles[Any]

    @asynccontextmanager
    async def moteur(self, fil: Fil | None = None) -> AsyncIterator[Moteur]:
        """La réserve d'un processus neuf; ses connexions tombent à la sortie."""
        ordinaire = ouvrir_moteur(self.roles.dsn("interne"), self.roles.reglages.base.delais)
        moteur = MoteurSuivi(ordinaire.acces, ordinaire.delais, fil or Fil())
        try:
            yield moteur
        finally:
            await moteur.fermer()

    @asynccontextmanager
    async def processus(self, fil: Fil | None = None) -> AsyncIterator[Contexte]:
        """Ce que reçoit une tâche d'un processus neuf, que suit ce fil."""
        async with self.moteur(fil) as moteur:
            yield Contexte(self.roles.executeur(moteur), Mesures(self.roles.service.nom))

    async def tuer(self, faire: Faire, fil: Fil) -> None:
        """Joue jusqu'à la mort que dit le fil, ou jusqu'au bout."""
        async with self.processus(fil) as contexte:
            with fil.nomme(), suppress(Mort):
                await faire(contexte)

    async def reprendre(self, faire: Faire) -> None:
        """Un autre processus finit l'ouvrage; ce qui est tenu par un mort se retente."""
        async with self.processus() as contexte:
            for reste in range(REPRISES, -1, -1):
                try:
                    await faire(contexte)
                except Exception:
                    if not reste:
                        raise
                    await asyncio.sleep(0.02)
                else:
                    return

    async def lire(self, requete: str) -> list[asyncpg.Record]:
        """Lit ce que montre la base."""
        connexion = await asyncpg.connect(self.roles.dsn("interne").get_secret_value())
        try:
            lues: list[asyncpg.Record] = await connexion.fetch(requete)
        finally:
            await connexion.close()
        return lues

    async def etat(self) -> dict[str, str]:
        """L'empreinte de chaque table : documents, faits publiés, ce qui reste à faire."""
        lues = [
            f"SELECT '{t}' AS nom, (to_jsonb(x) - '{{appris,id}}'::text[])::text AS ligne"
            f" FROM {t} AS x"
            for t in self.roles.service.tables.tables
        ]
        lues.append(
            "SELECT 'socle_outbox', concat_ws(' ', sujet, cle, sequence, type,"
            " convert_from(charge, 'UTF8')) FROM socle_outbox"
        )
        empreintes = await self.lire(
            "SELECT nom, md5(string_agg(ligne, ' ' ORDER BY ligne)) AS empreinte"
            f" FROM ({' UNION ALL '.join(lues)}) AS tout GROUP BY nom"
        )
        return {x["nom"]: x["empreinte"] for x in empreintes}

    async def ajoutees_par(self, faire: Faire) -> int:
        """Ce qu'un ouvrage déjà fini ajoute à toutes les tables, celles du socle comprises."""
        avant = await self._lignes_en_tout()
        await self.reprendre(faire)
        return await self._lignes_en_tout() - avant

    async def _lignes_en_tout(self) -> int:
        tables = await self.lire(TABLES)
        sommes = "+".join(f"(SELECT count(*) FROM {t['nom']})" for t in tables)
        ((nombre,),) = await self.lire(f"SELECT {sommes}")
        return int(nombre)


class Seme(Protocol):
    """Un état semé, dont chaque épreuve a sa copie."""

    def copie(self) -> AbstractAsyncContextManager[Base]:
        """Une base dans cet état, le temps d'un bloc."""


@dataclass(slots=True)
class Bilan:
    """Ce qu'ont montré des morts, et la reprise de chacune."""

    points: int = 0
    """Ceux par où passe l'ouvrage d'une traite."""
    morts: int = 0
    documents: int = 0
    ecarts: list[str] = field(default_factory=list)
    """Les tables où la reprise n'a pas laissé ce qu'aurait laissé un monde sans mort."""
    ajouts: int = 0
    """Les lignes qu'ajoute un ouvrage déjà fini."""


async def eprouver(
    seme: Seme, faire: Faire, *, pas: int = 1, points: str = "", a_part: str = ""
) -> Bilan:
    """Tue l'ouvrage à chaque point (un sur `pas`, du nom voulu) et le reprend.

    `a_part` : un mutant (voir `Fil`), au premier écart.
    """
    bilan, temoin = Bilan(), Fil()
    async with seme.copie() as base:
        await base.tuer(faire, temoin)
        attendu = await base.etat()
    bilan.points = len(temoin.points)
    voulus = [rang for rang, nom in enumerate(temoin.points, start=1) if points in nom]
    for au in voulus[::pas]:
        fil = Fil(au=au, a_part=a_part)
        async with seme.copie() as base:
            await base.tuer(faire, fil)
            bilan.morts += fil.frappes
            await base.reprendre(faire)
            obtenu = await base.etat()
            bilan.ajouts += await base.ajoutees_par(faire)
        differentes = {t for t in attendu | obtenu if attendu.get(t) != obtenu.get(t)}
        bilan.ecarts += [f"{temoin.points[au - 1]} : {t}" for t in sorted(differentes)]
        if a_part and bilan.ecarts:
            break
    return bilan

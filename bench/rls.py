"""Ce que coûtent les politiques par ligne à l'écriture : la même base, fermée et ouverte à tous."""

from collections.abc import Iterator
from functools import partial
from itertools import count
from statistics import median
from uuid import uuid4

import asyncpg

from bench.charge import debit, requete
from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from outils.essais.temoin.service import service

ORGANISME = "MTQ"
COMPTES = 500
TRANCHES, TRANCHE = 12, 50
"""Un tour alterne douze fois cinquante écritures de chaque côté : la charge de la machine, qui
varie d'une seconde à l'autre, touche les deux."""
COUT = 0.10
"""La part du débit que les politiques peuvent prendre."""

_POLITIQUES = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"


async def _ouvrir(dsn: str) -> None:
    """Ouvre à tous chaque politique : tout s'y voit, et rien ne se compare.

    La sécurité par ligne reste active, sans quoi un service refuse de démarrer.
    """
    connexion = await asyncpg.connect(dsn)
    try:
        for table, politique in await connexion.fetch(_POLITIQUES):
            await connexion.execute(f"DROP POLICY {politique} ON {table}")
            await connexion.execute(f"CREATE POLICY {politique} ON {table} USING (true)")
    finally:
        await connexion.close()


def _ecritures(jeton: str, comptes: Iterator[int], nombre: int) -> list[bytes]:
    """Des augmentations, chacune sous sa clé, sur des comptes qui se suivent."""
    return [
        requete(
            "POST",
            f"/v1/comptes/c{next(comptes) % COMPTES}/augmentation",
            {"Authorization": f"Bearer {jeton}", "Idempotency-Key": uuid4().hex},
            b'{"de": 3}',
        )
        for _ in range(nombre)
    ]


async def _debits(scene: Scene, tours: int) -> dict[str, list[float]]:
    """Les écritures par seconde, tour à tour : par le même produit, sur deux copies d'une base."""
    jeton = scene.emetteur.jeton(["demandeur"], organisme=ORGANISME)
    ports: dict[str, int] = {}
    for nom in ("avec", "sans"):
        acces = await scene.modeles.copie(service())
        if nom == "sans":
            await _ouvrir(acces["migrer"])
        ports[nom] = await scene.servir(
            f"rls_{nom}", "outils.essais.temoin", "api", **scene.reglages(acces)
        )
    comptes = {nom: count() for nom in ports}

    async def tranche(nom: str, nombre: int = TRANCHE) -> float:
        """Les secondes que prennent ces écritures."""
        return nombre / await debit(ports[nom], _ecritures(jeton, comptes[nom], nombre))

    for nom in ports:  # chaque compte existe avant la mesure : il n'y a que des mises à jour
        await tranche(nom, COMPTES)
    essais = {nom: partial(tranche, nom) for nom in ports}
    debits: dict[str, list[float]] = {nom: [] for nom in ports}
    for _ in range(tours):
        for nom, durees in (await entrelacer(essais, TRANCHES, chauffe=False)).items():
            debits[nom].append(TRANCHES * TRANCHE / sum(durees))
    return debits


async def cout(scene: Scene, tours: int) -> float:
    """La part du débit que prennent les politiques, médiane des tours."""
    mesures = await _debits(scene, tours)
    paires = zip(mesures["avec"], mesures["sans"], strict=True)
    return 1 - median(avec / sans for avec, sans in paires)


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """L'écriture REST sous les politiques, contre la même où elles laissent tout voir."""
    mesures = await _debits(scene, tours)
    but = But("≥", 1 - COUT)
    resultats.rapport(
        "écriture REST sous politiques", "requêtes/s", mesures["avec"], mesures["sans"], but
    )

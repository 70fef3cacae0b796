"""La recette des copies locales : ni l'ordre d'arrivée ni les répétitions n'y changent rien."""

import asyncio
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, select, text

from outils.essais.banc import creer_tables
from socle.bd.connexion import Connexion
from socle.bd.copies import Copie
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction

pytestmark = pytest.mark.integration

metadonnees = MetaData()
etats = Table(
    "etats",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("valeur", Text, nullable=False),
)
versions = Table(
    "versions",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("valeur", Text, nullable=False),
)
ETATS, VERSIONS = Copie(etats, "sequence"), Copie(versions)
RECUS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 6)), max_size=12)


@pytest.fixture
async def moteur(proprietaire: Moteur) -> Moteur:
    """Une base où les deux copies existent, vides."""
    async with transaction(proprietaire, INTERNE) as cx:
        await creer_tables(cx, metadonnees)
    return proprietaire


async def _lire(cx: Connexion, table: Table) -> list[tuple[object, ...]]:
    return sorted(tuple(ligne) for ligne in await cx.lignes(select(table)))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECUS, st.integers(0, 2**16))
async def test_l_etat_le_plus_avance_reste(
    moteur: Moteur, recus: list[tuple[str, int]], graine: int
) -> None:
    hasard = Random(graine)
    lignes = [{"code": c, "sequence": n, "valeur": f"{c}{n}"} for c, n in recus]
    lignes += hasard.choices(lignes, k=3) if lignes else []
    hasard.shuffle(lignes)
    async with transaction(moteur, INTERNE) as cx:
        await cx.ecrire(delete(etats))
        while lignes:
            taille = hasard.randint(1, len(lignes))
            await ETATS.synchroniser(cx, lignes[:taille])
            lignes = lignes[taille:]
        dernier = {c: max(n for autre, n in recus if autre == c) for c, _ in recus}
        assert await _lire(cx, etats) == sorted((c, n, f"{c}{n}") for c, n in dernier.items())


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(RECUS, max_size=4))
async def test_sans_rang_chaque_version_reste_une_fois(
    moteur: Moteur, lots: list[list[tuple[str, int]]]
) -> None:
    async with transaction(moteur, INTERNE) as cx:
        await cx.ecrire(delete(versions))
        for lot in lots:
            lignes = [{"code": c, "version": n, "valeur": f"{c}{n}"} for c, n in lot]
            await VERSIONS.synchroniser(cx, lignes)
        attendues = {(c, n, f"{c}{n}") for lot in lots for c, n in lot}
        assert await _lire(cx, versions) == sorted(attendues)


async def test_deux_lots_qui_se_recoupent_ne_s_interbloquent_pas(moteur: Moteur) -> None:
    """L'un tient « a »; l'autre, venu avec « b » et « a », ne tient pas « b » en l'attendant."""
    a, b = ({"code": code, "sequence": 1, "valeur": ""} for code in "ab")

    async def a_rebours() -> None:
        async with transaction(moteur, INTERNE) as cx:
            await ETATS.synchroniser(cx, [b, a])

    async with transaction(moteur, INTERNE) as cx:
        await ETATS.synchroniser(cx, [a])
        autre = asyncio.create_task(a_rebours())
        attend = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
        async with asyncio.timeout(10):
            while not await cx.valeur(attend):  # noqa: ASYNC110 -- on sonde la base
                await asyncio.sleep(0.01)
        await ETATS.synchroniser(cx, [b])
    await autre

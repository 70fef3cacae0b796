"""« En vigueur au jour d » : le SQL du socle et `noyau.Chronologie` disent la même chose."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Date,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    true,
)

from noyau import Chronologie, Version
from outils.essais.banc import creer_tables
from socle.bd.chronologie import en_vigueur
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction

pytestmark = pytest.mark.integration

metadonnees = MetaData()
objets = Table("objets", metadonnees, Column("code", Text, primary_key=True))
versions = Table(
    "versions",
    metadonnees,
    Column("code", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("debut", Date, nullable=False),
    Column("fin", Date),
)
LE = bindparam("le", type_=Date())
UNE = en_vigueur(versions, LE, versions.c.code == bindparam("code"), fin="fin")
SANS_FIN = en_vigueur(versions, LE, versions.c.code == bindparam("code"))
_EN_VIGUEUR = en_vigueur(versions, LE, versions.c.code == objets.c.code, fin="fin").lateral()
CHACUNE = select(objets.c.code, _EN_VIGUEUR.c.version).join(_EN_VIGUEUR, true(), isouter=True)
JOURS = st.integers(0, 9).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
HISTOIRES = st.dictionaries(
    st.sampled_from("abc"), st.lists(st.tuples(JOURS, st.none() | JOURS), max_size=6), min_size=1
)


@pytest.fixture
async def moteur(proprietaire: Moteur) -> Moteur:
    """Une base où objets et versions existent, vides."""
    async with transaction(proprietaire, INTERNE) as cx:
        await creer_tables(cx, metadonnees)
    return proprietaire


def _numero(bornes: Sequence[tuple[date, date | None]], le: date) -> int | None:
    lignes = (Version(n, debut, None, fin) for n, (debut, fin) in enumerate(bornes, 1))
    valant = Chronologie.de(lignes).en_vigueur(le)
    return None if valant is None else valant.numero


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HISTOIRES, JOURS)
async def test_le_sql_et_le_noyau_disent_la_meme_version(
    moteur: Moteur, histoires: dict[str, list[tuple[date, date | None]]], le: date
) -> None:
    lignes = [
        {"code": code, "version": n, "debut": debut, "fin": fin}
        for code, bornes in histoires.items()
        for n, (debut, fin) in enumerate(bornes, 1)
    ]
    async with transaction(moteur, INTERNE) as cx:
        await cx.ecrire(delete(objets))
        await cx.ecrire(delete(versions))
        await cx.ecrire_lot(insert(objets), [{"code": code} for code in histoires])
        await cx.ecrire_lot(insert(versions), lignes)
        chacune = {r.code: r.version for r in await cx.lignes(CHACUNE, {"le": le})}
        for code, bornes in histoires.items():
            ici = {"le": le, "code": code}
            une = await cx.ligne(UNE, ici)
            assert (une and une.version) == _numero(bornes, le) == chacune[code]
            sans_fin = await cx.ligne(SANS_FIN, ici)
            debuts = [(debut, None) for debut, _ in bornes]
            assert (sans_fin and sans_fin.version) == _numero(debuts, le)

"""Les jalons reçus : lesquels on croit, jusqu'où tout est arrivé."""

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import CompteSuivi, service
from socle.bus.enveloppe import Message, en_tetes_de_jalon
from socle.reception.jalons import AVANCE_PERMISE, jalon_atteint

pytestmark = pytest.mark.integration
SUJET = "sbg.temoin.v1"


def _jalon(jusqua: object, *, partition: int = 0, source: str = SUJET, **autres: Any) -> Message:
    date = jusqua if isinstance(jusqua, datetime) else datetime.fromisoformat("2026-09-01T00:00Z")
    en_tetes = {nom: v.decode() for nom, v in en_tetes_de_jalon(source, partition, date)}
    charge = orjson.dumps({"jusqua": jusqua, "partitions": 1} | autres)
    return Message(SUJET, partition, 0, "", en_tetes, charge)


async def _atteint(b: Banc) -> datetime | None:
    async with b.interne() as cx:
        return await jalon_atteint(cx, [SUJET])


async def test_jalon_atteint_par_toutes_les_partitions(banc: MonterBanc) -> None:
    b = await banc(service())
    quand = b.horloge()
    async with b.interne() as cx:
        assert await jalon_atteint(cx, ["sbg.temoin.v1"]) is None
    await b.recevoir_jalons(quand, "sbg.temoin.v1")
    async with b.interne() as cx:
        assert await jalon_atteint(cx, ["sbg.temoin.v1"]) == quand
        assert await jalon_atteint(cx, ["sbg.temoin.v1", "sbg.guide.v1"]) is None


async def test_un_jalon_d_avant_ses_attributs_se_lit_encore(banc: MonterBanc) -> None:
    """Les sujets se gardent sans limite : le seul `ce_type` des premiers jalons y reste."""
    b = await banc(service())
    quand = b.horloge()
    charge = orjson.dumps({"jusqua": quand, "partitions": 1})
    await b.recevoir_messages([Message("sbg.temoin.v1", 0, 0, "", {"ce_type": "jalon"}, charge)])
    async with b.interne() as cx:
        assert await jalon_atteint(cx, ["sbg.temoin.v1"]) == quand
    assert await b.rebuts() == []


async def test_fac_7_un_jalon_de_l_avenir_ne_ferme_rien(banc: MonterBanc) -> None:
    """L'heure d'un producteur devance la nôtre au plus de `AVANCE_PERMISE`."""
    b = await banc(service())
    permis = b.horloge() + AVANCE_PERMISE
    await b.recevoir_messages([_jalon(permis + timedelta(seconds=1))])
    assert await _atteint(b) is None
    await b.recevoir_messages([_jalon(permis)])
    assert await _atteint(b) == permis
    assert _refuses(b) == 1


@pytest.mark.parametrize(
    "jalon",
    [
        _jalon("9999-12-31T00:00:00Z"),
        _jalon("0001-01-01T00:00:00Z"),
        _jalon("2026-09-01T00:00:00"),
        _jalon("hier"),
        _jalon(1_790_000_000),
        _jalon("2026-08-01T00:00:00Z", source="sbg.demandes.v1"),
        _jalon("2026-08-01T00:00:00Z", partition=3),
        _jalon("2026-08-01T00:00:00Z", partitions="tout"),
        Message(SUJET, 0, 0, "", {"ce_type": "jalon"}, b"pas du JSON"),
        Message(SUJET, 0, 0, "", {"ce_type": "jalon"}, b"[]"),
    ],
    ids=lambda m: m.charge.decode(),
)
async def test_un_jalon_qu_on_ne_croit_pas_n_arrete_rien(banc: MonterBanc, jalon: Message) -> None:
    """Il ne va pas aux rebuts, où il en viendrait un par seconde : il se compte, le reste passe."""
    b = await banc(service())
    suivi = b.message(CompteSuivi(code="a", organisme="MTQ", de=1))
    await b.recevoir_messages([jalon, suivi, _jalon(b.horloge())])
    assert await _atteint(b) == b.horloge()
    assert await b.rebuts() == []
    assert _refuses(b) == 1
    assert b.reception.mesures.recus._value.get() == 1


def _refuses(b: Banc) -> float:
    return float(b.reception.mesures.jalons_refuses._value.get())

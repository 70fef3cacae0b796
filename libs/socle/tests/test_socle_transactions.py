"""La tentative : un point de reprise dans la transaction; ce qui est refusé n'a rien écrit."""

import asyncpg
import pytest
from sqlalchemy import text

from noyau import Conflit
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.bd.connexion import Connexion
from socle.bd.transaction import tentative

pytestmark = pytest.mark.integration


async def _inscrire(cx: Connexion, code: str) -> None:
    await cx.ecrire(text("INSERT INTO comptes VALUES ('MTQ', :code, 0, 1)"), {"code": code})


async def _essayer(cx: Connexion, *codes: str) -> None:
    async with tentative(cx):
        for code in codes:
            await _inscrire(cx, code)


async def _refuser(cx: Connexion, code: str) -> None:
    async with tentative(cx):
        await _inscrire(cx, code)
        raise Conflit("non")


async def _codes(b: Banc) -> list[str]:
    async with b.interne() as cx:
        return await cx.colonne(text("SELECT code FROM comptes ORDER BY code"))


async def test_une_tentative_refusee_n_a_rien_ecrit_et_l_acte_continue(banc: MonterBanc) -> None:
    b = await banc(service())
    async with b.interne() as cx:
        await _inscrire(cx, "avant")
        with pytest.raises(Conflit):
            await _refuser(cx, "refuse")
        await _essayer(cx, "reussie")
        await _inscrire(cx, "apres")
    assert await _codes(b) == ["apres", "avant", "reussie"]


async def test_une_erreur_de_la_base_se_rattrape_comme_un_refus(banc: MonterBanc) -> None:
    b = await banc(service())
    async with b.interne() as cx:
        await _inscrire(cx, "a")
        with pytest.raises(asyncpg.UniqueViolationError, match="duplicate key"):
            await _essayer(cx, "b", "a")
        await _inscrire(cx, "c")
    assert await _codes(b) == ["a", "c"]


async def test_les_tentatives_s_emboitent(banc: MonterBanc) -> None:
    b = await banc(service())
    async with b.interne() as cx, tentative(cx):
        await _inscrire(cx, "dehors")
        with pytest.raises(Conflit):
            await _refuser(cx, "dedans")
    assert await _codes(b) == ["dehors"]

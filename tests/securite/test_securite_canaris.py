"""Des renseignements personnels plantés partout ne ressortent nulle part où ils n'ont que faire."""

import pytest
import structlog

from demo.ports import SERVICES
from outils.essais.greffon import MonterBanc
from tests.securite.constat import constater
from tests.securite.puits import recueillir
from tests.securite.semeur import REFUSEES, REFUSER, ressortis, semer
from tests.securite.test_securite_locataires import alterer, seme

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("canaris")]


async def test_aucun_canari_ne_ressort(banc: MonterBanc) -> None:
    bancs = [await seme(banc, service) for service in SERVICES]
    with recueillir() as puits:
        semeurs = [await semer(monte, puits) for monte in bancs]
        for monte, semeur in zip(bancs, semeurs, strict=True):
            if table := REFUSEES.get(monte.service.nom):
                await alterer(monte, REFUSER.format(table=table))
                await semeur.semer()
            await puits.relever(monte)
    canaris = [canari for semeur in semeurs for canari in semeur.canaris]
    contenu = puits.contenu()
    assert all(contenu.values()), {genre: len(c) for genre, c in contenu.items()}
    assert "http.imprevu" in contenu["journaux"]
    constater("canaris : plantés", len(canaris))
    constater("canaris : gardés par le produit", sum(semeur.gardes for semeur in semeurs))
    vus = ressortis(puits, canaris)
    assert not vus, vus
    constater("canaris : ressortis", len(vus))


async def test_mutant_un_journal_qui_dit_le_message_des_erreurs_est_attrape(
    banc: MonterBanc,
) -> None:
    monte = await seme(banc, "demandes")
    with recueillir() as puits:
        structlog.configure(
            processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
            logger_factory=structlog.PrintLoggerFactory(puits.journaux),
        )
        await alterer(monte, REFUSER.format(table="organismes"))
        semeur = await semer(monte, puits)
    assert ressortis(puits, semeur.canaris)

"""Au repos, on regarde moins souvent et à moindre prix, sans rien manquer (ADR 0025)."""

from datetime import timedelta

import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.bus.kafka import ReglagesBus
from socle.envoi.jalonneur import REPOS, Jalonneur
from socle.envoi.relais import Relais
from socle.execution.sceaux import a_sceller, sceller
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante

pytestmark = pytest.mark.integration


def _relais(b: Banc) -> Relais:
    return Relais(b.moteur_interne, ReglagesBus(adresses="x:0"), "r", Sante(), Mesures("r"))


async def _augmenter(b: Banc, code: str) -> None:
    reponse = await b.client("demandeur", organisme="MTQ").post(
        f"/v1/comptes/{code}/augmentation", json={"de": 1}
    )
    assert reponse.status_code == 200


async def test_le_relais_voit_un_fait_du_et_non_celui_qu_on_retient(banc: MonterBanc) -> None:
    b = await banc(service())
    relais = _relais(b)
    assert not await relais._du()
    await _augmenter(b, "a")
    assert await relais._du()
    async with b.interne() as cx:
        await cx.pilote.execute(
            "INSERT INTO socle_ecartes (outbox_id, sujet, cle, raison, ecarte_le)"
            " SELECT id, sujet, cle, 'essai', clock_timestamp() FROM socle_outbox"
        )
    assert not await relais._du()
    await _augmenter(b, "b")
    assert await relais._du()


async def test_un_jalon_suit_les_faits_et_s_espace_au_repos(banc: MonterBanc) -> None:
    b = await banc(service())
    relais = _relais(b)
    jalonneur = Jalonneur(b.moteur_interne, relais, b.service.sujet, b.horloge)
    assert await jalonneur.guetter(), "rien n'a encore été dit"
    depart = jalonneur.dernier = b.horloge()
    jalonneur._portes = relais.portes
    assert not await jalonneur.guetter()
    b.horloge.instant = depart + timedelta(seconds=1)
    assert not await jalonneur.guetter(), "au repos, il s'espace"
    relais.portes += 1
    assert await jalonneur.guetter(), "un fait est parti"
    jalonneur._portes = relais.portes
    for saut in (REPOS, -REPOS):
        b.horloge.instant = depart + saut
        assert await jalonneur.guetter(), "l'heure a avancé, ou reculé"


async def test_le_scelleur_ne_se_reveille_que_pour_une_ecriture(banc: MonterBanc) -> None:
    b = await banc(service())
    assert not await a_sceller(b.moteur_interne)
    await _augmenter(b, "a")
    assert await a_sceller(b.moteur_interne)
    assert await sceller(b.moteur_interne) == 1
    assert not await a_sceller(b.moteur_interne)
    await _augmenter(b, "a")
    assert await a_sceller(b.moteur_interne)

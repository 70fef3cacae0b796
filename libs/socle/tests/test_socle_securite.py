"""Ce qu'un échange montre de la sécurité : reconnu, compté, envoyé; rien de ce qu'il portait."""

import re
from dataclasses import replace

import pytest

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.exploitation.mesures import Mesures
from socle.exploitation.securite import (
    FENETRE,
    SERIE,
    SUIVIS,
    Appelant,
    Echange,
    Genre,
    Series,
    VeilleSecurite,
    genre_de,
)

ALICE = Appelant("alice", "MTQ")
LECTURE = Echange(methode="GET", route="/v1/x", statut=200, appelant=ALICE)
ECRITURE = replace(LECTURE, methode="POST", statut=201)


@pytest.mark.parametrize(
    ("echange", "genre"),
    [
        (LECTURE, None),
        (replace(LECTURE, statut=404), None),
        (replace(LECTURE, statut=500), None),
        (replace(LECTURE, statut=403), Genre.ACCES_REFUSE),
        (replace(LECTURE, statut=401), Genre.JETON_REFUSE),
        (replace(ECRITURE, statut=401, appelant=Appelant("itsm", "*", signature=True)),
         Genre.SIGNATURE_REFUSEE),
        (ECRITURE, None),
        (replace(ECRITURE, route="/v1/mandats"), Genre.MANDAT_CHANGE),
        (replace(ECRITURE, route="/v1/mandats", statut=409), None),
        (replace(LECTURE, route="/v1/mandats"), None),
        (replace(LECTURE, media="text/csv; charset=utf-8"), Genre.EXPORT_MASSIF),
        (replace(LECTURE, media="text/csv", statut=304), None),
        (replace(LECTURE, appelant=Appelant("v", "*", verificateur=True)),
         Genre.LECTURE_VERIFICATEUR),
    ],
)  # fmt: skip
def test_ce_qu_un_echange_montre(echange: Echange, genre: Genre | None) -> None:
    assert genre_de(echange, ["/v1/mandats"]) is genre


def test_des_introuvables_en_serie_se_disent_une_fois_par_vingtaine() -> None:
    instant = [0.0]
    series = Series(temps=lambda: instant[0])
    dits = [series.compter(ALICE) for _ in range(2 * SERIE)]
    assert [rang + 1 for rang, dit in enumerate(dits) if dit] == [SERIE, 2 * SERIE]
    assert not any(series.compter(Appelant(f"p{rang}", "MTQ")) for rang in range(SERIE * 3))
    lents = []
    for _ in range(SERIE * 2):
        instant[0] += FENETRE / 4
        lents.append(series.compter(Appelant("lent", "SQ")))
    assert not any(lents)


def test_on_ne_suit_pas_sans_fin_des_appelants() -> None:
    series = Series()
    for rang in range(SUIVIS + 50):
        series.compter(Appelant(f"p{rang}"))
    assert len(series._vus) == SUIVIS


def test_chaque_evenement_se_compte_et_part_une_fois() -> None:
    mesures, partis = Mesures("essai"), list[tuple[Genre, Echange]]()
    veille = VeilleSecurite(mesures, (), lambda genre, echange: partis.append((genre, echange)))
    for _ in range(SERIE):
        veille.voir(replace(LECTURE, statut=404))
    veille.voir(replace(LECTURE, statut=403))
    veille.voir(LECTURE)
    assert [genre for genre, _ in partis] == [Genre.IDENTIFIANTS_ETRANGERS, Genre.ACCES_REFUSE]
    for genre in Genre:
        compte = mesures.registre.get_sample_value(
            "sbg_securite_evenements_total", {"service": "essai", "genre": genre.value}
        )
        assert compte == [g for g, _ in partis].count(genre), genre


@pytest.mark.integration
async def test_la_frontiere_voit_qui_appelle(banc: MonterBanc) -> None:
    """Un refus de rôle, un jeton faux, une lecture de vérificateur."""
    b = await banc(service())
    await b.client("demandeur", organisme="MTQ").get("/v1/comptes")
    await b.client().get("/v1/comptes", headers={"Authorization": "Bearer faux"})
    await b.client("verificateur").get("/v1/comptes")
    await b.client("verificateur").post("/v1/comptes/a/augmentation", json={"de": 1})
    texte = (await b.gerer("/metrics")).text
    comptes = dict(
        re.findall(r'^sbg_securite_evenements_total{genre="(\w+)".*} (\S+)', texte, re.MULTILINE)
    )
    assert comptes["jeton_refuse"] == "1.0"
    assert comptes["lecture_verificateur"] == "1.0"
    assert comptes["acces_refuse"] == "1.0"
    assert set(comptes) == {genre.value for genre in Genre}

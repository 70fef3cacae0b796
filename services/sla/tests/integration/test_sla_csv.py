"""SLA-9 : les taux et les mesures en CSV, tout entiers, et sans formule."""

import csv
import io
from uuid import UUID

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import Recit, sept
from services.sla.tests.evenements import messages
from services.sla.tests.scene import elements, semer

pytestmark = pytest.mark.integration
TABLEUR = {"Accept": "text/csv"}


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    return await semer(await banc("sla"))


async def rangees(client: httpx.AsyncClient, adresse: str, **filtres: str) -> list[dict[str, str]]:
    reponse = await client.get(adresse, params=filtres, headers=TABLEUR)
    assert reponse.status_code == 200, reponse.text
    assert reponse.headers["content-type"].startswith("text/csv")
    assert reponse.headers["vary"].startswith("Accept")
    assert reponse.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(reponse.content.decode("utf-8-sig")), delimiter=";"))


async def test_sla_9_le_csv_dit_toutes_les_mesures_de_la_liste(sla: Banc) -> None:
    client = sla.client("mesure")
    lues = await rangees(client, "/v1/mesures", limite="1")
    dites = await elements(client, "/v1/mesures")
    assert [r["id"] for r in lues] == [m["id"] for m in dites]
    (exclue,) = (r for r in lues if r["exclue"] == "oui")
    assert (exclue["conditions"], exclue["cible"], exclue["verdict"]) == ("a", "0,95", "conforme")
    siennes = await rangees(sla.client("gestionnaire", organisme="SQ"), "/v1/mesures")
    assert {r["organisme"] for r in siennes} == {"SQ"}


async def test_sla_9_le_csv_des_taux_dit_ce_que_dit_le_json(sla: Banc) -> None:
    lues = await rangees(sla.client("mesure"), "/v1/taux", periode="2026-09", indicateur="PT-1")
    assert [(r["organisme"], r["brut_taux"], r["ajuste_mesurees"], r["exclues"]) for r in lues] == [
        ("", "0,7500", "3", "a 1"),
        ("MTQ", "0,6667", "2", "a 1"),
        ("SQ", "1,0000", "1", ""),
    ]
    assert (lues[0]["brut_cible_atteinte"], lues[0]["brut_etat"]) == ("non", "non_atteinte")
    assert lues[0]["corrige_brut_taux"] == ""


async def test_sla_9_un_autre_organisme_se_refuse_avant_le_premier_octet(sla: Banc) -> None:
    client = sla.client("gestionnaire", organisme="MTQ")
    for adresse in ("/v1/mesures", "/v1/taux"):
        reponse = await client.get(adresse, params={"organisme": "SQ"}, headers=TABLEUR)
        assert reponse.status_code == 404
        assert reponse.headers["content-type"] == "application/problem+json"


async def test_sla_9_un_numero_ne_devient_pas_une_formule(sla: Banc) -> None:
    recit = Recit().creee(sept(1), numero='=HYPERLINK("http://x")').livree(sept(2))
    await sla.recevoir_messages(messages(sla, recit, UUID(int=9)))
    lues = await rangees(sla.client("mesure"), "/v1/mesures", sujet=str(UUID(int=9)))
    assert lues[0]["numero"] == '\'=HYPERLINK("http://x")'

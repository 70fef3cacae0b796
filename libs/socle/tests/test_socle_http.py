"""Le chemin d'une écriture et d'une lecture HTTP, sur une vraie base."""

import asyncio

import pytest
from sqlalchemy import text

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.web.etags import etag

pytestmark = pytest.mark.integration


async def test_ecriture_complete(banc: MonterBanc) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    reponse = await client.post("/v1/comptes/a/augmentation", json={"de": 3})
    assert reponse.status_code == 200, reponse.text
    assert reponse.json() == {"organisme": "MTQ", "code": "a", "valeur": 3, "version": 1}
    assert reponse.headers["etag"] == etag(reponse.content, 1)
    (sortant,) = await b.sortants()
    assert (sortant.type, sortant.cle, sortant.sequence) == ("compte.augmenté", "MTQ-a", 1)
    async with b.interne() as cx:
        (audit,) = await cx.lignes(text("SELECT * FROM socle_audit"))
    assert (audit.acteur, audit.organisme, audit.faits) == (
        "demandeur@MTQ",
        "MTQ",
        ["compte.augmenté"],
    )


async def test_meme_cle_un_seul_effet(banc: MonterBanc) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    cle = {"Idempotency-Key": "k1"}
    reponses = [
        await client.post("/v1/comptes/a/augmentation", json={"de": 3}, headers=cle)
        for _ in range(3)
    ]
    assert [r.json()["valeur"] for r in reponses] == [3, 3, 3]
    assert {r.headers["etag"] for r in reponses} == {etag(reponses[0].content, 1)}
    autre = await client.post("/v1/comptes/a/augmentation", json={"de": 4}, headers=cle)
    assert autre.status_code == 422
    assert autre.headers["content-type"] == "application/problem+json"
    assert len(await b.sortants()) == 1


async def test_cle_en_vol(banc: MonterBanc) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    cle = {"Idempotency-Key": "k1"}
    reponses = await asyncio.gather(
        *(client.post("/v1/comptes/a/augmentation", json={"de": 3}, headers=cle) for _ in range(8))
    )
    assert {r.status_code for r in reponses} <= {200, 409}
    attendre = {r.headers.get("retry-after") for r in reponses if r.status_code == 409}
    assert attendre <= {"1"}
    espacee = {"Idempotency-Key": " k1 "}
    redite = await client.post("/v1/comptes/a/augmentation", json={"de": 3}, headers=espacee)
    assert redite.status_code == 200, redite.text
    assert len(await b.sortants()) == 1


async def test_isolation(banc: MonterBanc) -> None:
    b = await banc(service())
    await b.client("demandeur", organisme="MTQ").post("/v1/comptes/a/augmentation", json={"de": 3})
    autre = b.client("demandeur", organisme="MSSS")
    assert (await autre.get("/v1/comptes/MTQ/a")).status_code == 404
    assert (await autre.get("/v1/comptes")).json()["elements"] == []
    mcn = b.client("admin")
    assert (await mcn.get("/v1/comptes/MTQ/a")).json()["valeur"] == 3


DEUX_CONDITIONS = [("If-Match", 'W/"1"'), ("If-Match", '"2"')]
DEUX_CLES = [("Idempotency-Key", "a"), ("Idempotency-Key", "b")]


@pytest.mark.parametrize(
    ("statut", "methode", "chemin", "options"),
    [
        (
            422,
            "POST",
            "/v1/comptes/a/augmentation",
            {"content": b"{", "headers": {"Content-Type": "application/json"}},
        ),
        (422, "POST", "/v1/comptes/a/augmentation", {"json": {"de": "trois"}}),
        (422, "POST", "/v1/comptes/a/augmentation", {"json": {"de": 3, "autre": 1}}),
        (413, "POST", "/v1/comptes/a/augmentation", {"content": b"x" * 1_100_000}),
        (
            400,
            "POST",
            "/v1/comptes/a/augmentation",
            {"json": {"de": 1}, "headers": {"Idempotency-Key": ""}},
        ),
        (409, "POST", "/v1/comptes/a/augmentation", {"json": {"de": 13}}),
        (404, "GET", "/v1/comptes/MTQ/z", {}),
        (404, "GET", "/v1/inconnue", {}),
        (405, "DELETE", "/v1/comptes", {}),
        (428, "PATCH", "/v1/comptes/a", {"json": {"de": 1}}),
        (404, "PATCH", "/v1/comptes/z", {"json": {"de": 1}, "headers": {"If-Match": '"1"'}}),
        (412, "PATCH", "/v1/comptes/a", {"json": {"de": 1}, "headers": {"If-Match": '"9"'}}),
        (412, "PATCH", "/v1/comptes/a", {"json": {"de": 1}, "headers": {"If-Match": b"\xb2"}}),
        (412, "PATCH", "/v1/comptes/a", {"json": {"de": 1}, "headers": {"If-Match": 'W/"1"'}}),
        (422, "PATCH", "/v1/comptes/a", {"json": {"de": 1}, "headers": {"If-Match": '"0001"'}}),
        (412, "PATCH", "/v1/comptes/a", {"json": {"de": 1}, "headers": {"If-Match": '"1'}}),
        (412, "PATCH", "/v1/comptes/a", {"json": {"de": 1}, "headers": DEUX_CONDITIONS}),
        (400, "POST", "/v1/comptes/a/augmentation", {"json": {"de": 1}, "headers": DEUX_CLES}),
        (400, "GET", "/v1/comptes?curseur=zzz", {}),
        (422, "GET", "/v1/comptes?limite=201", {}),
    ],
)
async def test_mauvaise_entree(
    banc: MonterBanc, statut: int, methode: str, chemin: str, options: dict[str, object]
) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    await client.post("/v1/comptes/a/augmentation", json={"de": 3})
    avant = await b.sortants()
    reponse = await client.request(methode, chemin, **options)  # type: ignore[arg-type]
    assert reponse.status_code == statut, reponse.text
    assert reponse.headers["content-type"] == "application/problem+json"
    assert reponse.json()["status"] == statut
    assert await b.sortants() == avant


async def test_curseurs(banc: MonterBanc) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    for code in "abcde":
        await client.post(f"/v1/comptes/{code}/augmentation", json={"de": 1})
    vus, suivante = [], "/v1/comptes?limite=2"
    while suivante:
        reponse = await client.get(suivante)
        vus += [e["code"] for e in reponse.json()["elements"]]
        suivante = reponse.headers.get("link", "").partition(">")[0][1:]
    assert vus == list("abcde")

"""Le corps d'une requête : du JSON en UTF-8, lu à la lettre, par jeton comme par signature."""

import gzip
from typing import Any

import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.web.corps import canonique, lire

pytestmark = pytest.mark.integration

ADRESSE = "/v1/comptes/a/augmentation"
JSON = "application/json"


@pytest.fixture
async def b(banc: MonterBanc) -> Banc:
    return await banc(service())


async def _poster(b: Banc, corps: bytes, **en_tetes: str) -> dict[str, Any]:
    client = b.client("demandeur", organisme="MTQ")
    reponse = await client.post(
        ADRESSE, content=corps, headers={n.replace("_", "-"): v for n, v in en_tetes.items()}
    )
    if reponse.status_code != 200:
        assert reponse.headers["content-type"] == "application/problem+json"
        assert await b.sortants() == [], "un refus n'écrit rien"
    return {"statut": reponse.status_code, **reponse.json()}


@pytest.mark.parametrize(
    "media",
    [JSON, "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"',
     "application/merge-patch+json", "application/json; charset=utf8"],
)  # fmt: skip
async def test_le_json_s_annonce_de_plusieurs_facons(b: Banc, media: str) -> None:
    assert (await _poster(b, b'{"de": 3}', content_type=media))["valeur"] == 3


@pytest.mark.parametrize(
    ("corps", "en_tetes", "dit"),
    [
        (b'{"de": 3}', {}, "du JSON"),
        (b'{"de": 3}', {"content_type": "text/plain"}, "du JSON"),
        (b"de=3", {"content_type": "application/x-www-form-urlencoded"}, "du JSON"),
        (b'{"de": 3}', {"content_type": "application/json; charset=iso-8859-1"}, "UTF-8"),
        ('{"é": 3}'.encode("latin-1"), {"content_type": JSON}, "UTF-8"),
        ('{"de": 3}'.encode("utf-16"), {"content_type": JSON}, "UTF-8"),
        ('{"de": 3}'.encode("utf-16-le"), {"content_type": JSON}, "UTF-8"),
        ('{"de": 3}'.encode("utf-32"), {"content_type": JSON}, "UTF-8"),
        (gzip.compress(b'{"de": 3}', mtime=0), {"content_type": JSON, "content_encoding": "gzip"},
         "Content-Encoding"),
        (b'{"de": 3}', {"content_type": JSON, "content_encoding": "br"}, "Content-Encoding"),
    ],
)  # fmt: skip
async def test_un_autre_format_ou_encodage_se_dit(
    b: Banc, corps: bytes, en_tetes: dict[str, str], dit: str
) -> None:
    probleme = await _poster(b, corps, **en_tetes)
    assert (probleme["statut"], dit in probleme["detail"]) == (415, True), probleme


@pytest.mark.parametrize(
    ("corps", "faute"),
    [
        (b'{"de": 3', "Le JSON est mal formé, au caractère 9."),
        (b"\xef\xbb\xbf", "Le JSON est mal formé, au caractère 1."),
        (b'{"de": 3, "de": 4}', "La clé « de » est répétée."),
        (b'{"x": [{"a": 1, "a": 1}]}', "La clé « a » est répétée."),
        (b'{"de": NaN}', "Un nombre fini est attendu."),
        (b'{"de": -Infinity}', "Un nombre fini est attendu."),
        (b'{"de": 1e999}', "Un nombre fini est attendu."),
        (b'{"de": ' + b"9" * 5_000 + b"}", "Le JSON est mal formé."),
        (b"[" * 100_000, "Le JSON est mal formé."),
    ],
)
async def test_un_corps_qui_se_devinerait_est_refuse(b: Banc, corps: bytes, faute: str) -> None:
    probleme = await _poster(b, corps, content_type=JSON)
    assert probleme["statut"] == 422
    assert probleme["fautes"] == [{"champ": "corps", "faute": faute}]


@pytest.mark.parametrize(
    "de", ["3", "1_0", "１４７", 3.0, True, None, [3], 10**30], ids=lambda v: str(v)[:10]
)
async def test_un_entier_n_est_qu_un_entier(b: Banc, de: object) -> None:
    probleme = await _poster(b, canonique({"de": de}), content_type=JSON)
    assert probleme["statut"] == 422
    assert probleme["fautes"][0]["champ"] == "corps.de"


async def test_un_bom_passe(b: Banc) -> None:
    """.NET et PowerShell en mettent un; voir aussi l'appel signé."""
    assert (await _poster(b, b'\xef\xbb\xbf{"de": 3}', content_type=JSON))["valeur"] == 3


async def test_la_meme_demande_ecrite_autrement_est_la_meme(b: Banc) -> None:
    """L'ordre des clés et les blancs ne font pas un autre appel; une autre valeur, si."""
    client = b.client("demandeur", organisme="MTQ")
    en_tetes = {"Idempotency-Key": "k", "content-type": JSON}
    corps = [b'{"de":3}', b' {\n"de" : 3 }\r\n', b'\xef\xbb\xbf{"de":3}', b'{"\\u0064e":3}']
    reponses = [await client.post(ADRESSE, content=c, headers=en_tetes) for c in corps]
    assert {(r.status_code, r.json()["valeur"]) for r in reponses} == {(200, 3)}
    autre = await client.post(ADRESSE, content=b'{"de":4}', headers=en_tetes)
    assert autre.status_code == 422
    assert "Idempotency-Key" in autre.json()["detail"]
    assert len(await b.sortants()) == 1


@pytest.mark.parametrize("cle", [b"", b" ", b"a b", "é".encode(), b"k" * 201, b"a\tb"])
async def test_une_cle_a_la_forme_dite(b: Banc, cle: bytes) -> None:
    client = b.client("demandeur", organisme="MTQ")
    reponse = await client.post(ADRESSE, json={"de": 1}, headers={b"Idempotency-Key": cle})
    assert (reponse.status_code, await b.sortants()) == (400, [])
    assert "Idempotency-Key" in reponse.json()["detail"]


def test_le_json_canonique_ne_depend_que_de_ce_qu_il_dit() -> None:
    assert canonique(lire(b'{"b": [1, 2], "a": {"d": 1, "c": 2}}')) == canonique(
        lire(b'{"a":{"c":2,"d":1},"b":[1,2]}')
    )
    assert canonique(lire(b'{"b": [2, 1]}')) != canonique(lire(b'{"b": [1, 2]}'))

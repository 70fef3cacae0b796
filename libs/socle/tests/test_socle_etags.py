"""L'ETag dit vrai : il couvre tout ce qui est montré; ce que chaque condition en compare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.web import Probleme
from socle.web.etags import est_connu, etag, versions_lues

TENU = etag(b"{}", 3)
NU = TENU.strip('"')


def test_la_forme_d_un_etag() -> None:
    assert etag(b"{}", 3) == '"3.44136fa355b3678a1146ad16"'
    assert etag(b"[]") == '"0.4f53cda18c2baa0c0354bb5f"', "0 : ce qui n'a pas de version"


@given(un=st.binary(), autre=st.binary(), version=st.integers(0, 10**15 - 1))
def test_l_etag_change_avec_ce_qui_est_montre(un: bytes, autre: bytes, version: int) -> None:
    assert (etag(un, version) == etag(autre, version)) == (un == autre)
    assert est_connu([etag(un, version)], etag(un, version))
    assert versions_lues([etag(un, version)]) == frozenset({version})


@pytest.mark.parametrize(
    "condition",
    [
        TENU,
        f"W/{TENU}",
        "*",
        " * ",
        f'"autre", W/{TENU}',
        f'"a,b" ,{TENU},',
        *(f'"{NU}{suffixe}"' for suffixe in ("-gzip", "--gzip", ";gzip", "-br", "-zstd")),
        f'W/"{NU}-br"',
    ],
)
def test_une_lecture_deja_tenue(condition: str) -> None:
    assert est_connu([condition], TENU)


@pytest.mark.parametrize("condition", ["", '"3"', '"3.0"', NU, f'"{NU}', f'"{NU}-x"', f'"a" {NU}'])
def test_une_lecture_que_l_appelant_ne_tient_pas(condition: str) -> None:
    """La version seule ne suffit pas : le prix du jour a pu changer sans elle."""
    assert not est_connu([condition], TENU)


def test_les_lignes_d_un_en_tete_se_reunissent() -> None:
    assert est_connu(['"autre"', TENU], TENU)
    assert versions_lues(['"1"', f'{TENU}, "5-gzip"']) == frozenset({1, 3, 5})


@pytest.mark.parametrize(
    ("condition", "versions"),
    [
        ('"3"', {3}),
        (TENU, {3}),
        ('"3.0000"', {3}),
        (f'"{NU}-gzip"', {3}),
        ('"3;gzip"', {3}),
        ('W/"2", "3"', {3}),
        ('"autre", "3"', {3}),
        ("*", None),
    ],
)
def test_les_versions_que_l_appelant_accepte(condition: str, versions: set[int] | None) -> None:
    assert versions_lues([condition]) == (versions and frozenset(versions))


@pytest.mark.parametrize(
    ("condition", "statut"),
    [
        ('W/"3"', 412),
        (f"W/{TENU}", 412),
        ("3", 412),
        ("autre", 412),
        ('"autre"', 412),
        ('"3', 412),
        ('*, "3"', 412),
        ("", 412),
        ('"-3"', 412),
        ('"³"', 412),
        ('"0003"', 422),
        ('"03.44"', 422),
    ],
)
def test_une_condition_sans_version_forte_de_nous(condition: str, statut: int) -> None:
    with pytest.raises(Probleme) as refus:
        versions_lues([condition])
    assert refus.value.statut == statut


@pytest.mark.integration
async def test_lire_ecrire_relire(banc: MonterBanc) -> None:
    client = (await banc(service())).client("demandeur", organisme="MTQ")
    cree = await client.post("/v1/comptes/a/augmentation", json={"de": 3})
    lu = await client.get("/v1/comptes/MTQ/a")
    assert lu.headers["etag"] == cree.headers["etag"] == etag(lu.content, 1)
    tenu = {"If-None-Match": f'"autre", W/{lu.headers["etag"][:-1]}-gzip"'}
    inchange = await client.get("/v1/comptes/MTQ/a", headers=tenu)
    assert (inchange.status_code, inchange.content) == (304, b"")
    assert inchange.headers["etag"] == lu.headers["etag"]
    await client.patch("/v1/comptes/a", json={"de": 5}, headers={"If-Match": lu.headers["etag"]})
    assert (await client.get("/v1/comptes/MTQ/a", headers=tenu)).json()["valeur"] == 5


@pytest.mark.integration
async def test_une_page_de_liste_a_le_sien(banc: MonterBanc) -> None:
    client = (await banc(service())).client("demandeur", organisme="MTQ")
    vide = await client.get("/v1/comptes")
    assert vide.headers["etag"] == etag(vide.content)
    assert (
        await client.get("/v1/comptes", headers={"If-None-Match": vide.headers["etag"]})
    ).status_code == 304
    await client.post("/v1/comptes/a/augmentation", json={"de": 3})
    pleine = await client.get("/v1/comptes", headers={"If-None-Match": vide.headers["etag"]})
    assert len(pleine.json()["elements"]) == 1
    suite = await client.get("/v1/comptes?limite=1", headers={"If-None-Match": "*"})
    assert suite.status_code == 304


@pytest.mark.integration
@pytest.mark.parametrize("condition", ['"1"', '"7", "1"', "*", '"1.00-gzip"', 'W/"7", "1"'])
async def test_une_condition_remplie(banc: MonterBanc, condition: str) -> None:
    client = (await banc(service())).client("demandeur", organisme="MTQ")
    await client.post("/v1/comptes/a/augmentation", json={"de": 3})
    fixe = await client.patch("/v1/comptes/a", json={"de": 5}, headers={"If-Match": condition})
    assert (fixe.status_code, fixe.json()["version"]) == (200, 2)


@pytest.mark.integration
async def test_toute_version_acceptee_refait_l_acte(banc: MonterBanc) -> None:
    """« * » ne date rien : la même demande, plus tard, n'est pas la même fois."""
    client = (await banc(service())).client("demandeur", organisme="MTQ")
    await client.post("/v1/comptes/a/augmentation", json={"de": 3})
    for de in (5, 6, 5):
        fixe = await client.patch("/v1/comptes/a", json={"de": de}, headers={"If-Match": "*"})
        assert fixe.json()["valeur"] == de
    deux_fois = [
        await client.patch("/v1/comptes/a", json={"de": 9}, headers={"If-Match": '"4"'})
        for _ in range(2)
    ]
    assert [r.json()["version"] for r in deux_fois] == [5, 5], "la réponse d'un envoi répété"

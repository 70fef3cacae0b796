"""Les pages d'un service : sa documentation et ses problèmes, sans script ni réseau."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from pages import politique
from socle.web.types_problemes import CONSEILS, emis, types

pytestmark = pytest.mark.integration


@pytest.fixture
async def b(banc: MonterBanc) -> Banc:
    return await banc(service())


async def page(b: Banc, adresse: str) -> httpx.Response:
    rendue = await b.client().get(adresse, headers={"Accept": "text/html"})
    assert rendue.status_code == 200, rendue.text
    assert rendue.headers["content-type"] == "text/html; charset=utf-8"
    return rendue


class Adresses(HTMLParser):
    """Ce qu'une page charge ou nomme, et ses ancres."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.balises, self.liens, self.ancres = set[str](), set[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balises.add(tag)
        for nom, valeur in attrs:
            if nom in {"href", "src"}:
                self.liens.add(valeur or "")
            if nom == "id":
                self.ancres.append(valeur or "")


@pytest.mark.parametrize("adresse", ["/docs", "/problemes", "/problemes/conflit"])
async def test_une_page_ne_charge_rien_d_ailleurs_et_n_execute_rien(b: Banc, adresse: str) -> None:
    """Un réseau fermé la montre; et nul script ne tourne où quelqu'un colle un jeton."""
    rendue = await page(b, adresse)
    lue = Adresses(rendue.text)
    assert '<html lang="fr-CA">' in rendue.text
    assert not lue.balises & {"script", "iframe", "img", "form"}
    assert not re.search(r'\s(on\w+|style)="', rendue.text)
    assert rendue.headers["content-security-policy"] == politique()
    for lien in lue.liens:
        assert lien.startswith(("/", "#", "data:,")), lien
        if lien.startswith("#"):
            assert lien[1:] in lue.ancres
        elif lien.startswith("/"):
            assert (await b.client().get(lien)).status_code == 200, lien
    assert len(set(lue.ancres)) == len(lue.ancres)


async def test_la_documentation_est_entiere(b: Banc) -> None:
    html, document = (await page(b, "/docs")).text, b.application.openapi()
    operations = [o for methodes in document["paths"].values() for o in methodes.values()]
    for nom in [o["operationId"] for o in operations]:
        assert f'id="{nom}"' in html
    for nom in document["components"]["schemas"]:
        assert f'id="schema-{nom}"' in html
    for champ in ("Idempotency-Key", "limite", "valeur", "suivant"):
        assert f"<code>{champ}</code>" in html


async def test_le_type_d_un_probleme_mene_a_sa_page(b: Banc) -> None:
    refuse = await b.client().get("/v1/comptes")
    lue = await b.client().get(refuse.json()["type"], headers={"Accept": "application/json"})
    assert lue.status_code == 200
    assert lue.json()["statuts"] == [refuse.status_code]
    assert lue.json()["titre"] == refuse.json()["title"]
    html = (await page(b, refuse.json()["type"])).text
    assert "Que faire" in html


async def test_un_type_inconnu_est_introuvable(b: Banc) -> None:
    absent = await b.client().get("/problemes/rien-de-tel")
    assert (absent.status_code, absent.json()["type"]) == (404, "/problemes/introuvable")
    refuse = await b.client().get("/problemes", headers={"Accept": "image/png"})
    assert refuse.status_code == 406


async def test_la_liste_les_dit_tous(b: Banc) -> None:
    lue = await b.client().get("/problemes", headers={"Accept": "application/json"})
    assert {e["identifiant"] for e in lue.json()["elements"]} == set(types())


def test_tout_type_emis_s_explique_et_nul_autre() -> None:
    assert {nom for _, nom, _ in emis()} == set(CONSEILS)


def test_les_types_parus_demeurent() -> None:
    """Un appelant les compare : on en ajoute, on n'en renomme pas."""
    parus = """requete-invalide non-authentifie interdit introuvable methode-refusee
        format-indisponible conflit version-perimee corps-trop-gros format-refuse
        donnees-invalides cle-reutilisee condition-requise trop-d-appels
        erreur-interne indisponible"""
    assert set(parus.split()) <= set(types())
    assert types()["conflit"].type == "/problemes/conflit"

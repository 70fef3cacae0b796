"""La page et le terminal disent les résultats, et la page se suffit à elle-même."""

import io
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from demo.rendu import ecriture, frise, page, terminal
from demo.resultats import Explication, Part, Resultats


class Lecteur(HTMLParser):
    """Ce qu'il faut d'une page pour en juger."""

    def __init__(self) -> None:
        super().__init__()
        self.balises: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balises.append((tag, dict(attrs)))

    def tous(self, nom: str) -> list[str]:
        return [a[nom] or "" for _, a in self.balises if nom in a]


@pytest.fixture
def html(resultats: Resultats) -> str:
    return page.rendre(resultats)


@pytest.fixture
def lue(html: str) -> Lecteur:
    lecteur = Lecteur()
    lecteur.feed(html)
    return lecteur


def test_la_page_ne_prend_rien_ailleurs(html: str, lue: Lecteur) -> None:
    assert not re.search(r"https?://|@import|url\(", html)
    assert not {"script", "img", "link"} & {balise for balise, attributs in lue.balises
                                            if attributs.get("href") != "data:,"}  # fmt: skip


def test_la_page_lie_les_trois_rendus_de_chaque_facture(lue: Lecteur) -> None:
    liens = lue.tous("href")
    for organisme in ("MTQ", "MSSS", "SAAQ"):
        assert {f"facture-{organisme}.{s}" for s in ("pdf", "csv", "json")} <= set(liens)
    assert "resultats.json" in liens


def test_la_page_se_navigue_sans_la_voir(lue: Lecteur) -> None:
    """SGQRI 008 : langue, titres sans saut, identifiants uniques, régions nommées, en-têtes."""
    assert ("html", {"lang": "fr-CA"}) in lue.balises
    ids = Counter(lue.tous("id"))
    assert max(ids.values()) == 1
    renvois = {nom for liste in lue.tous("aria-labelledby") for nom in liste.split()}
    assert renvois <= set(ids)
    niveaux = [int(balise[1]) for balise, _ in lue.balises if re.fullmatch(r"h\d", balise)]
    assert niveaux[0] == 1
    assert niveaux.count(1) == 1
    assert all(suivant <= niveau + 1 for niveau, suivant in pairwise(niveaux))
    assert all(a.get("scope") for balise, a in lue.balises if balise == "th")
    assert all(
        a.get("role") == "img" or a.get("aria-hidden") == "true"
        for balise, a in lue.balises
        if balise == "svg"
    )


def test_la_page_dit_les_chiffres_en_francais(html: str) -> None:
    assert "Septembre 2026" in html
    assert "57,1 %" in html.replace("\N{NO-BREAK SPACE}", " ")
    assert "2 641,37 $" in html.replace("\N{NO-BREAK SPACE}", " ")
    assert "sans objet" in html
    assert "redits sous un autre identifiant" in html
    assert "en fait le 22 septembre" in html.replace("\N{NO-BREAK SPACE}", " ")


def test_un_texte_des_donnees_ne_devient_pas_du_html(html: str) -> None:
    assert "<cas>" not in html
    assert "&lt;cas&gt;" in html


def test_les_couleurs_passent_wcag_aa() -> None:
    """Contraste d'au moins 4,5 du texte sur ses fonds, thèmes clair et sombre."""
    style = (Path(page.__file__).parent / "gabarits" / "style.css.j2").read_text("utf-8")
    themes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", bloc))
        for bloc in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    assert len(themes) == 2
    paires = [
        *((texte, fond) for texte in ("encre", "sourdine", "accent", "vert", "rouge")
          for fond in ("papier", "carte", "accent-pale")),
        *(("encre", f"{teinte}-pale") for teinte in ("vert", "rouge", "or", "gris")),
    ]  # fmt: skip
    for theme in themes:
        for texte, fond in paires:
            assert _contraste(theme[texte], theme[fond]) >= 4.5, (texte, fond)


def _contraste(a: str, b: str) -> float:
    clair, sombre = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


def _luminance(couleur: str) -> float:
    parts = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, v, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * v + 0.0722 * b


def test_la_frise_numerote_les_jours_comptes(explication: Explication) -> None:
    jours = frise.cases(explication)
    assert [case.rang for case in jours] == [None, 1, None, None, None, None, 2, 3]
    assert "lundi 7 septembre : jour férié (Fête du Travail)" in [case.texte for case in jours]


def test_la_frise_est_du_svg_bien_forme_et_decrit(explication: Explication) -> None:
    arbre = ET.fromstring(str(frise.dessiner(explication)))  # noqa: S314 — notre propre SVG
    assert arbre.find("title") is not None
    assert "mardi 8 septembre : compté (2e jour)" in (arbre.findtext("desc") or "")
    textes = [element.text for element in arbre.iter("text")]
    assert "2, délai" in textes
    assert "livrée, 14\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}00" in textes


def test_de_deux_faits_voisins_le_plus_ancien_monte(explication: Explication) -> None:
    etages = [epingle.etage for epingle in frise.epingles(explication)]
    assert etages == [2, 1, 0, 0]


def test_une_facture_se_partage_par_nature(resultats: Resultats) -> None:
    facture = next(f for f in resultats.factures if f.organisme == "MTQ")
    parts = page.tranches(facture)
    assert [t.nature for t in parts] == ["abonnement", "acte", "perte"]
    assert sum(t.montant for t in parts) == facture.total_avant_taxes
    assert sum(t.part for t in parts) == pytest.approx(Decimal(1))


def test_le_terminal_montre_taux_factures_et_explications(resultats: Resultats) -> None:
    ecran = io.StringIO()
    terminal.montrer(Console(file=ecran, width=120), resultats, Path("sortie/demo"))
    dit = ecran.getvalue().replace("\N{NO-BREAK SPACE}", " ")
    for morceau in (
        "57,1 %",
        "4/7",
        "sans objet",
        "2026-2027-000003",
        "2 641,37 $",
        "Manquée. 3 jours ouvrables comptés",
        "COURTIER-FRAIS",
        "26  arrivés dans le désordre",
        "23  différés",
        "15  redits",
        "SAAQ-05, livraison, annoncée le 22 septembre, 13 h 30 : nulle.",
    ):
        assert morceau in dit


@pytest.mark.parametrize(("taux", "pleines"), [("1", 10), ("0.5", 5), ("0", 0), (None, 0)])
def test_la_barre_est_proportionnelle(taux: str | None, pleines: int) -> None:
    part = Part(
        conformes=0,
        mesurees=1,
        taux=None if taux is None else Decimal(taux),
        cible_atteinte=False,
    )
    assert terminal.barre(part).plain.count("█") == pleines


def test_les_dates_et_nombres_s_ecrivent_en_francais() -> None:
    assert ecriture.jour(date(2026, 10, 1)) == "1er octobre 2026"
    assert ecriture.jour_semaine(date(2026, 9, 8)) == "mardi 8 septembre"
    assert ecriture.pourcentage(None) == "sans objet"
    assert ecriture.mois("2026-09") == "septembre 2026"

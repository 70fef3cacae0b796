"""La page et le terminal disent les résultats, et la page se suffit à elle-même."""

import io
import re
from collections import Counter
from decimal import Decimal
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from rich.console import Console

from demo.rendu import page, terminal
from demo.resultats import Resultats
from demo.taux import Part
from demo.tests.vie import SUFFIXES
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)


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


def test_la_page_lie_les_rendus_de_chaque_facture(lue: Lecteur) -> None:
    liens = lue.tous("href")
    for organisme in ("MTQ", "MSSS", "SAAQ"):
        assert {f"facture-{organisme}.{s}" for s in SUFFIXES} <= set(liens)
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
    assert "57,14 %" in html.replace("\N{NO-BREAK SPACE}", " ")
    assert "2 641,37 $" in html.replace("\N{NO-BREAK SPACE}", " ")
    assert "sans objet" in html
    assert "redits sous un autre identifiant" in html
    assert "en fait le 22 septembre" in html.replace("\N{NO-BREAK SPACE}", " ")


def test_la_page_montre_la_vie_des_factures(html: str, lue: Lecteur) -> None:
    """FAC-7, FAC-8, FAC-9, FAC-11, FAC-17 : chaque fait et son calcul à la main."""
    texte = unescape(html).replace("\N{NO-BREAK SPACE}", " ")
    for morceau in (
        "INC-3",
        "NC-2026-2027-000001",
        "5 % de 31,85 auraient fait 1,59",
        "[8, 25) fait 17 jours",
        "Abonnements finis",
        "MSSS-19/1",
        "2 610,79 $",
        "1 150,69 $",
    ):
        assert morceau in texte, morceau
    liens = lue.tous("href")
    assert {"simulation.html", *(f"note-SAAQ.{s}" for s in SUFFIXES)} <= set(liens)
    assert "absent de l'oracle" not in texte


def test_la_page_montre_la_mesure_eprouvee(html: str, lue: Lecteur) -> None:
    """SLA-5, SLA-7, SLA-8, SLA-9, PT-7 : chaque fait et son calcul à la main."""
    texte = unescape(html).replace("\N{NO-BREAK SPACE}", " ")
    for morceau in (
        "42 786 sur 43 200 min",
        "Leur union",
        "25 septembre 2026",
        "Force majeure",
        "manquée, 5 jours",
        "conforme, 4 jours",
        "14/17, ajusté 13/14",
    ):
        assert morceau in texte, morceau
    rapports = {f"rapport-{qui}.{s}" for qui in ("tous", "MSSS") for s in ("html", "pdf")}
    assert {"disponibilite-MSSS.html", *rapports} <= set(lue.tous("href"))


def test_un_texte_des_donnees_ne_devient_pas_du_html(html: str) -> None:
    assert "<cas>" not in html
    assert "&lt;cas&gt;" in html


def test_la_page_dit_des_mots_jamais_des_codes_d_evenements(html: str) -> None:
    for mots in ("Demande créée", "Demande suspendue", "Poste livré"):
        assert mots in html
    assert "demande.créée" not in html


def test_sla_4_la_page_et_le_terminal_n_arrondissent_pas_un_taux(resultats: Resultats) -> None:
    """19 999 sur 20 000 ne se montre pas « 100 % », que la cible de 1 dirait tenue."""
    presque = {"conformes": 19_999, "mesurees": 20_000, "taux": "0.99995", "cible_atteinte": False}
    taux = resultats.taux[0].model_copy(update={"brut": Part.model_validate(presque)})
    change = resultats.model_copy(update={"taux": (taux, *resultats.taux[1:])})
    ecran = io.StringIO()
    terminal.montrer(Console(file=ecran, width=120), change, Path("sortie/demo"))
    assert "99,995" in page.rendre(change)
    assert "99,995" in ecran.getvalue()


def test_la_page_tient_dans_un_telephone(html: str, tmp_path: Path) -> None:
    exiger_chromium()
    assert ce_qui_deborde(html, tmp_path) == []


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_reproche_rien_a_la_page(html: str, tmp_path: Path, *, sombre: bool) -> None:
    exiger_chromium()
    assert violations_axe(html, tmp_path, sombre=sombre) == []


def test_le_papier_montre_chaque_colonne_et_ce_qui_est_replie(
    html: str, lue: Lecteur, tmp_path: Path
) -> None:
    exiger_chromium()
    feuilles = PdfReader(imprimer(html, tmp_path)).pages
    texte = "".join(texte_imprime(feuilles).split())
    colonnes = re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', html)
    assert len(colonnes) > 30
    attendus = [*colonnes, *lue.tous("data-colonne"), "COURTIER-FRAIS", "SAAQ-05", "tarif"]
    for attendu in attendus:
        assert "".join(unescape(attendu).split()) in texte, attendu
    assert {tuple(map(float, f.mediabox[2:])) for f in feuilles} == {(612.0, 792.0)}


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
        "57,14 %",
        "4 sur 7",
        "sans objet",
        "2026-2027-000003",
        "2 641,37 $",
        "Manquée. 3 jours ouvrables comptés",
        "COURTIER-FRAIS",
        "28  arrivés dans le désordre",
        "24  différés",
        "15  redits",
        "36,63 $",
        "appris depuis : INC-3",
        "il reste dû : MTQ 4 193,19 $",
        "bloqué à la signature (CI-15",
        "SAAQ-05, livraison, annoncée le 22 septembre 2026, 13 h 30 : nulle.",
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

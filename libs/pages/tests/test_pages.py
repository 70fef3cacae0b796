"""La trousse : une page complète, sûre, accessible, et écrite en français."""

import base64
import hashlib
import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.pages.tests.page_temoin import PLAGES, rendre, sept
from noyau import InstantNaif
from pages import (
    Colonne,
    Part,
    Tableau,
    barre,
    barre_de_parts,
    barres,
    dessiner_frise,
    ecriture,
    empreinte,
    feuille,
    politique,
)

ESPACE = "\N{NO-BREAK SPACE}"


class Lecteur(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.balises: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balises.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def page() -> str:
    return rendre()


@pytest.fixture(scope="module")
def lue(page: str) -> Lecteur:
    return Lecteur(page)


def test_l_empreinte_est_celle_du_seul_style_de_la_page(page: str) -> None:
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style == feuille()
    calcul = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"sha256-{calcul}" == empreinte()
    assert f"style-src '{empreinte()}'" in politique()
    assert "unsafe" not in politique()


def test_rien_dans_la_page_n_est_refuse_par_la_politique(page: str, lue: Lecteur) -> None:
    """Ni style en attribut, ni script, ni rien qui vienne d'ailleurs."""
    noms = {nom for _, attributs in lue.balises for nom in attributs}
    assert "style" not in noms
    assert not {nom for nom in noms if nom.startswith("on")}
    assert not {"script", "img", "iframe", "form"} & {balise for balise, _ in lue.balises}
    assert not re.search(r"https?://|@import|url\(", page)


def test_la_page_se_lit_sans_la_voir(lue: Lecteur) -> None:
    assert ("html", {"lang": "fr-CA"}) in lue.balises
    ids = Counter(a["id"] for _, a in lue.balises if "id" in a)
    assert max(ids.values()) == 1
    renvois = {n for _, a in lue.balises for n in (a.get("aria-labelledby") or "").split()}
    assert renvois <= set(ids)
    assert sum(balise == "h1" for balise, _ in lue.balises) == 1
    assert all(a.get("scope") for balise, a in lue.balises if balise == "th")
    assert all(
        a.get("role") == "img" or a.get("aria-hidden") == "true"
        for balise, a in lue.balises
        if balise == "svg"
    )


def test_ce_que_disent_les_donnees_est_echappe(page: str) -> None:
    assert "<b>échappé" not in page
    assert "&lt;b&gt;échappé" in page


def test_les_couleurs_passent_wcag_aa_dans_les_deux_themes() -> None:
    blocs = re.findall(r":root \{(.*?)\}", feuille(), re.DOTALL)
    clair = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocs[0]))
    sombre = clair | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocs[3]))
    assert clair["qc-color-white"] != sombre["qc-color-white"]
    textes = "text-primary blue-dark blue-piv grey-dark purple red-regular green-regular".split()
    sur_rayure = "text-primary grey-dark green-dark red-regular blue-piv".split()
    paires = [(f"qc-color-{texte}", "qc-color-white") for texte in textes]
    paires += [
        *((f"qc-color-{texte}", "qc-color-grey-pale") for texte in sur_rayure),
        ("qc-color-text-primary", "qc-color-yellow-pale"),
        ("sur-fonce", "qc-color-blue-medium"),
        ("sur-fonce", "qc-color-blue-piv"),
        ("sur-fonce", "qc-color-red-regular"),
        ("sur-bandeau", "bandeau"),
    ]
    for theme in (clair, sombre):
        for texte, fond in paires:
            assert _contraste(theme[texte], theme[fond]) >= 4.5, (texte, fond)


def _contraste(a: str, b: str) -> float:
    clair, sombre = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


def _luminance(couleur: str) -> float:
    parts = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, v, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * v + 0.0722 * b


def test_une_ligne_qui_boite_est_refusee() -> None:
    with pytest.raises(ValueError, match="« Boiteux » : 2 colonnes"):
        Tableau(titre="Boiteux", colonnes=(Colonne("A"), Colonne("B")), lignes=[("seule",)])


class TestFrise:
    def test_elle_numerote_les_jours_comptes_et_dit_le_retard(self) -> None:
        frise = dessiner_frise(PLAGES, delai=3)
        assert frise is not None
        assert [case.rang for case in frise.cases] == [None, None, 1, 2, None, None, None, 3, 4, 5]
        assert [case.mot for case in frise.cases[-3:]] == ["compté", "retard", "fin"]
        assert [semaine.lundi for semaine in frise.semaines] == [date(2026, 8, 31), sept(7)]

    def test_sa_description_dit_chaque_jour_sans_la_couleur(self) -> None:
        frise = dessiner_frise(PLAGES, delai=3)
        assert frise is not None
        assert frise.semaines[1].description.replace(ESPACE, " ") == (
            "lundi 7 septembre : jour férié, Fête du Travail; "
            "mardi 8 septembre : compté, 3e jour, dernier jour du délai; "
            "mercredi 9 septembre : compté, 4e jour, au-delà du délai; "
            "jeudi 10 septembre : compté, 5e jour, au-delà du délai, jour de la fin."
        )

    def test_sans_jour_il_n_y_a_pas_de_frise(self) -> None:
        assert dessiner_frise([], delai=3) is None


@given(st.decimals("-2", "3", places=4))
def test_une_barre_reste_dans_son_cadre(part: Decimal) -> None:
    (largeur,) = re.findall(r'class="rempli" width="([\d.]+)"', barre(part))
    assert 0 <= float(largeur) <= 100


def test_les_parts_se_suivent() -> None:
    barre = barre_de_parts([Part(Decimal("0.25"), 0), Part(Decimal("0.75"), 1)])
    assert re.findall(r'x="([\d.]+)" width="([\d.]+)"', barre) == [
        ("0.00", "25.00"),
        ("25.00", "75.00"),
    ]


class TestEcriture:
    def test_les_dates_et_les_heures_de_quebec(self) -> None:
        assert ecriture.jour(date(2026, 10, 1)) == f"1er{ESPACE}octobre 2026"
        assert ecriture.jour_de_semaine(date(2026, 9, 8)) == f"mardi 8{ESPACE}septembre"
        assert ecriture.mois("2026-09") == "septembre 2026"
        neuf = datetime(2026, 9, 8, 13, 5, tzinfo=UTC)
        assert ecriture.instant(neuf) == f"8{ESPACE}septembre 2026, 9{ESPACE}h{ESPACE}05"
        assert ecriture.instant(neuf.replace(hour=21, minute=0)).endswith(f", 17{ESPACE}h")
        # Minuit passé à Greenwich : encore la veille à Québec.
        assert ecriture.instant(neuf.replace(hour=2)).startswith(f"7{ESPACE}septembre")

    def test_un_instant_sans_fuseau_est_refuse(self) -> None:
        with pytest.raises(InstantNaif):
            ecriture.instant(datetime(2026, 9, 8))  # noqa: DTZ001 — c'est ce que l'essai refuse

    @pytest.mark.parametrize(
        ("part", "dit"),
        [("0.95", "95 %"), ("0.9975", "99,75 %"), ("1", "100 %"), ("0.99995", "99,995 %")],
    )
    def test_sla_4_un_taux_ne_s_arrondit_pas_en_s_ecrivant(self, part: str, dit: str) -> None:
        assert ecriture.pourcentage(Decimal(part)) == dit.replace(" ", ESPACE)

    def test_les_nombres(self) -> None:
        assert ecriture.pourcentage(None) == "sans objet"
        assert ecriture.dollars(Decimal("2641.37")).replace(ESPACE, " ") == "2 641,37 $"
        assert ecriture.nombre(1234.5).replace(ESPACE, " ") == "1 234,5"

    @pytest.mark.parametrize(
        ("code", "dit"),
        [
            ("demande.prise_en_charge", "Demande prise en charge"),
            ("note_de_crédit.émise", "Note de crédit émise"),
            ("", ""),
        ],
    )
    def test_un_code_se_dit_en_mots(self, code: str, dit: str) -> None:
        assert ecriture.en_mots(code) == dit


def test_des_barres_sont_l_une_sous_l_autre_a_la_meme_echelle() -> None:
    dessin = barres([Part(Decimal("0.5"), 0), Part(Decimal(-1), 1), Part(Decimal(2), 2)])
    assert re.findall(r'class="part-(\d)" y="(\d+)" width="([\d.]+)"', dessin) == [
        ("0", "0", "50.00"),
        ("1", "12", "0.00"),
        ("2", "24", "100.00"),
    ]
    assert 'viewBox="0 0 100 36"' in dessin

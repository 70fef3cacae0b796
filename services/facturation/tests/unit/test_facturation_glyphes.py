"""Ce qu'on a accepté se dessine toujours, ou se remplace à la vue (FAC-10)."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facturation.factures.adaptateurs.rendus import pdf, tableur
from pages.papier.glyphes import couvertures, dessinable
from services.facturation.tests.papier import document, postes, texte

NOMS = {
    "ᐃᓄᒃᑎᑐᑦ": "ᐃᓄᒃᑎᑐᑦ",
    "ᓀᐦᐃᔭᐍᐏᐣ": "ᓀᐦᐃᔭᐍᐏᐣ",
    "\U00011ab0 ᢰ": "\U00011ab0 ᢰ",
    "Łódź Señor ŋ Kanien\u02bckéha": "Łódź Señor ŋ Kanien\u02bckéha",
    "E\u0301milie q\u0303 h\u0331": "Émilie q\u0303 ẖ",
    "Ünïcödé Ζωή Жанна": "Ünïcödé Ζωή Жанна",
    "中文": "□□",
    "한국": "□□",
    "a\u0007b": "a□b",
    "👍🏽 ok": "□□ ok",
    "x\u202ey\u200dz": "xyz",
    "a\u2003b\u3000c": "a b c",
    "\u0301seul": "□seul",
    "\ue000 \ufffd": "□ □",
}


@pytest.mark.parametrize(("nom", "dessine"), NOMS.items())
def test_fac_10_un_nom_se_dessine_ou_se_remplace_a_la_vue(nom: str, dessine: str) -> None:
    assert dessinable(nom).replace("\u2003", " ") == dessine


def test_fac_10_les_syllabaires_du_canada_se_dessinent_tous() -> None:
    blocs = (range(0x1400, 0x1680), range(0x18B0, 0x18F6), range(0x11AB0, 0x11AC0))
    syllabes = "".join(chr(point) for bloc in blocs for point in bloc)
    assert len(syllabes) == 640 + 70 + 16
    assert dessinable(syllabes) == syllabes


def test_fac_10_le_papier_dit_qu_un_signe_remplace_un_caractere() -> None:
    corps = document(postes(1), nom="Ministère 中 ᐃᓄᒃ")
    rendu = texte(corps)
    assert "Ministère □ ᐃᓄᒃ" in rendu
    assert "Le signe □ remplace" in rendu
    assert "中" in tableur.rendre({**corps, "organisme": corps["destinataire"]["nom"]}).decode()
    assert "Le signe □" not in texte(document(postes(1)))


def test_fac_10_tout_ce_que_nos_polices_couvrent_se_compose() -> None:
    """Seul, puis à la suite : la composition n'y trouve jamais un caractère sans dessin."""
    tous = [chr(point) for point in sorted(frozenset().union(*couvertures()))]
    assert len(tous) > 5_000
    for debut in range(0, len(tous), 1_000):
        morceau = tous[debut : debut + 1_000]
        corps = document(postes(1), adresse=" ".join(morceau) + "\n" + "".join(morceau))
        assert pdf.rendre(corps)


_MARQUES = st.characters(categories=("Mn", "Mc", "Me"))
_CONNUS = st.sampled_from([chr(p) for p in sorted(frozenset().union(*couvertures()))])
ETRANGES = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        _MARQUES,
        _CONNUS,
        st.sampled_from("aeqÉŁŋʼ \u0301\u0303\u0328ᐃᓄ😀\u200d\u05d0\u05b8\u064e中"),
    ),
    min_size=1,
    max_size=60,
)


@settings(max_examples=120, deadline=None)
@given(nom=ETRANGES, libelle=ETRANGES, personne=ETRANGES, site=ETRANGES)
def test_fac_10_un_nom_etrange_se_rend_dans_les_trois_formes(
    nom: str, libelle: str, personne: str, site: str
) -> None:
    corps = document(postes(1), nom=nom, destinataire=personne, adresse=f"{nom}\n{libelle}")
    corps["lignes"][0] |= {"produit_libelle": libelle, "site": site, "imputation": site}
    assert pdf.rendre(corps).startswith(b"%PDF-")
    assert tableur.rendre(corps).startswith(b"\xef\xbb\xbf")


@given(ETRANGES)
def test_fac_10_ce_qui_se_dessine_ne_change_plus(nom: str) -> None:
    une_fois = dessinable(nom)
    assert dessinable(une_fois) == une_fois
    assert unicodedata.is_normalized("NFC", une_fois)

"""Les rendus et le choix du format, sur un document fait à la main."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from facturation.factures.adaptateurs.rendus import pdf, tableur
from facturation.factures.domaine import documents
from facturation.tarification.domaine.ecriture import en_dollars, en_nombre, en_pourcentage
from noyau import jour_de_quebec
from services.facturation.tests.builders import EMETTEUR, SEPTEMBRE, Faits, situation


def document(*, taxable: bool = False) -> dict[str, Any]:
    f = Faits()
    faits = (
        f.livraison("poste", date(2026, 8, 20)),
        f.livraison("logiciel", date(2026, 9, 3), "LOGICIEL-X", 2),
        f.intervention("incident", date(2026, 9, 9), 20, cloture=True, deplacement=True),
    )
    projet = situation(faits, taxable=taxable).projeter(SEPTEMBRE)
    facture, _ = projet.emettre(7, datetime(2026, 10, 1, 14, tzinfo=UTC), EMETTEUR)
    corps = documents.de_document(facture)
    return {**corps, "empreinte": documents.empreinte(corps)}


def texte(octets: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(octets)).pages)


def test_fac_6_le_numero_porte_l_exercice_de_l_emission() -> None:
    assert document()["numero"] == "2026-2027-000007"
    projet = situation([Faits().livraison("p", date(2026, 9, 1))]).projeter(SEPTEMBRE)
    # Le 1er avril à 3 h UTC est encore le 31 mars à Québec.
    facture, _ = projet.emettre(1, datetime(2027, 4, 1, 3, tzinfo=UTC), EMETTEUR)
    assert facture.numero == "2026-2027-000001"


def test_fac_9_les_lignes_se_lisent_par_groupe_tarif_produit_et_debut() -> None:
    """Le nom des sources, au hasard chez leurs producteurs, ne dérange pas la lecture."""
    f = Faits()
    faits = (
        f.livraison("z", date(2026, 9, 20)),
        f.livraison("a", date(2026, 9, 20), "PORTABLE-14"),
        f.intervention("0", date(2026, 9, 9), 20, cloture=True),
        f.livraison("b", date(2026, 8, 20)),
        f.livraison("c", date(2026, 9, 3), "LOGICIEL-X"),
        f.perte("z", date(2026, 9, 25)),
        f.livraison("y", date(2026, 9, 21)),
    )
    lignes = documents.de_projet(situation(faits).projeter(SEPTEMBRE))["lignes"]
    lues = [(x["nature"], x["tarif"], x["produit"], x["debut"], x["source"]) for x in lignes]
    assert lues == [
        ("abonnement", "POSTE-01", "BUREAU-STD", "2026-09-01", "b"),
        ("abonnement", "POSTE-01", "BUREAU-STD", "2026-09-20", "z"),
        ("abonnement", "POSTE-01", "BUREAU-STD", "2026-09-21", "y"),
        ("abonnement", "POSTE-03", "PORTABLE-14", "2026-09-20", "a"),
        ("acte", "INSTALLATION", "LOGICIEL-X", "2026-09-03", "c"),
        ("acte", "PRODUIT", "LOGICIEL-X", "2026-09-03", "c"),
        ("acte", "SOUTIEN-APPEL", None, "2026-09-09", "0"),
        ("acte", "SOUTIEN-HEURE", None, "2026-09-09", "0"),
        ("perte", "POSTE-01", "BUREAU-STD", "2026-09-25", "z"),
        ("abonnement", "POSTE-01", "BUREAU-STD", "2026-08-20", "b"),
    ]
    assert [x["rang"] for x in lignes] == list(range(1, 11))
    assert lignes[-1]["regularisation"] is True


@pytest.mark.parametrize(
    "malice", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "＠A1", "\t=1", "\r=1"]
)
def test_fac_10_le_csv_n_execute_pas_de_formule(malice: str) -> None:
    sale = document()
    sale["lignes"][0]["libelle"] = malice
    rendu = tableur.rendre(sale).decode("utf-8-sig")
    ligne = next(csv.DictReader(io.StringIO(rendu, newline=""), delimiter=";"))
    assert ligne["libelle"] == f"'{malice}"


def test_fac_10_le_csv_tait_ce_qui_ne_se_voit_pas() -> None:
    """Une espace nulle ne cache pas une formule; un renversement ne change pas la lecture."""
    sale = document()
    sale["lignes"][0] |= {
        "libelle": "\u200b=1+1",
        "site": "QUE\u202e219-\u2066",
        "demande": "é\ufeff",
    }
    rendu = tableur.rendre(sale).decode("utf-8-sig")
    ligne = next(csv.DictReader(io.StringIO(rendu, newline=""), delimiter=";"))
    assert (ligne["libelle"], ligne["site"], ligne["demande"]) == ("'=1+1", "QUE219-", "é")


def test_fac_10_le_csv_ecrit_les_nombres_a_la_virgule_meme_negatifs() -> None:
    rendu = document()
    rendu["lignes"][0]["montant"] = "-93.10"
    texte_csv = tableur.rendre(rendu).decode("utf-8-sig")
    lignes = list(csv.DictReader(io.StringIO(texte_csv, newline=""), delimiter=";"))
    assert lignes[0]["montant"] == "-93,10"
    assert len(lignes) == len(rendu["lignes"])


def test_fac_10_le_pdf_dit_tout_et_ne_depend_que_du_document() -> None:
    source = document(taxable=True)
    octets = pdf.rendre(source)
    lecteur = pypdf.PdfReader(io.BytesIO(octets))
    contenu = texte(octets)
    assert lecteur.metadata is not None
    assert lecteur.metadata.title == (
        "Facture 2026-2027-000007, Ministère des Transports, septembre 2026"
    )
    assert "/StructTreeRoot" in lecteur.root_object
    for attendu in ("Camille Tremblay", "Régularisations", "9,975", "20 au 31 août 2026"):
        assert attendu in contenu
    assert pdf.rendre(source) == octets


def test_fac_10_le_pdf_porte_le_jour_de_quebec_de_l_emission() -> None:
    """Minuit UTC serait encore la veille à Québec."""
    lu = pypdf.PdfReader(io.BytesIO(pdf.rendre(document()))).metadata
    assert lu is not None
    for instant in (lu.creation_date, lu.modification_date):
        assert instant is not None
        assert jour_de_quebec(instant) == date(2026, 10, 1)


def test_fac_10_un_total_negatif_est_un_credit_et_l_exoneration_se_dit() -> None:
    source = {**document(), "total": "-12.30"}
    contenu = texte(pdf.rendre(source))
    assert "Crédit en votre faveur" in contenu
    assert "exonéré" in contenu


def test_le_pdf_n_interprete_pas_le_texte_recu() -> None:
    source = document()
    source["destinataire"]["nom"] = "#panic() *gras* $x$ \\"
    assert "#panic() *gras* $x$ \\" in texte(pdf.rendre(source))


def test_les_nombres_s_ecrivent_a_la_quebecoise() -> None:
    assert en_dollars(Decimal("1234567.5")) == "1\xa0234\xa0567,50\xa0$"
    assert en_dollars(Decimal("-0.005")) == "−0,005\xa0$"
    assert en_pourcentage(Decimal("0.09975")) == "9,975\xa0%"
    assert en_nombre(3) == "3"

"""Chaque sorte de papier, jugée du dehors par veraPDF (FAC-10, SGQRI 008)."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from pypdf import PdfReader

from facturation.factures.adaptateurs.rendus import pdf
from facturation.factures.domaine.emetteur import Inscriptions
from outils.essais.papier import exiger_verapdf, non_conformes
from services.facturation.tests.builders import Faits
from services.facturation.tests.papier import ancien, document, postes, sceller
from services.facturation.tests.unit.test_facturation_page import deux_mois, faits, lire

DECISION = {"ajustement_id": str(UUID(int=1)), "montant": "-98.00", "motif": "Hors d'usage."}


def _note() -> dict[str, Any]:
    """Une note de crédit sur décision, dont la ligne dit ce qu'elle rend."""
    corps = document(postes(1), taxable=True)
    ligne = {
        **corps["lignes"][0],
        "montant": "-98.00",
        "regularisation": True,
        "ajustements": [DECISION],
        "raison": "Plus rien n'est dû : un acte est annulé.",
    }
    entete = {"nature": "note_de_credit", "total": "-112.68", "corrige": "2026-2027-000001"}
    return sceller({**corps, **entete, "echeance": None, "modalites": None, "lignes": [ligne]})


def _sortes() -> Iterator[tuple[str, bytes]]:
    for nombre in (5, 60):
        corps, comparaison = deux_mois(faits(nombre))
        yield f"facture-{nombre}", pdf.rendre(corps, lire(corps), comparaison)
    corps, comparaison = deux_mois(faits(40))
    yield "sommaire", pdf.rendre({**corps, "lignes": []}, lire(corps), comparaison)
    yield "exonere", pdf.rendre(document(postes(3)))
    inscriptions = Inscriptions("123456789 RT0001", "1234567890 TQ0001")
    yield "taxee", pdf.rendre(document(postes(3), taxable=True, inscriptions=inscriptions))
    yield "ancien", pdf.rendre(ancien(document(postes(2))))
    yield "note", pdf.rendre(_note())
    yield "noms", pdf.rendre(document(postes(1), nom="ᓄᓇᕕᒃ 😀 𐀀\u202e <b>", adresse="1,\n2"))
    incident = Faits().intervention(str(UUID(int=77)), date(2026, 9, 9), 20, cloture=True)
    yield "acte", pdf.rendre(document([incident]))


def test_fac_10_chaque_papier_est_conforme_a_pdf_ua(tmp_path: Path) -> None:
    exiger_verapdf()
    papiers = []
    for nom, octets in _sortes():
        papiers.append(tmp_path / f"{nom}.pdf")
        papiers[-1].write_bytes(octets)
    assert non_conformes(papiers) == []


def test_verapdf_sait_dire_non(tmp_path: Path) -> None:
    """Le contrôle : le même papier, sans ses marques, n'est plus conforme."""
    exiger_verapdf()
    gate = tmp_path / "gate.pdf"
    octets = pdf.rendre(document(postes(1)))
    assert b"/MarkInfo" in octets
    gate.write_bytes(octets.replace(b"/MarkInfo", b"/MarkInfx"))
    assert non_conformes([gate])


def test_fac_9_fac_16_le_papier_dit_ce_qui_a_change_et_ses_sous_totaux() -> None:
    corps, comparaison = deux_mois(faits(5))
    lus = PdfReader(BytesIO(pdf.rendre(corps, lire(corps), comparaison))).pages
    dit = " ".join(" ".join(page.extract_text() for page in lus).split())
    for morceau in (
        "Ce qui a changé Depuis la facture 2026-2027-000001 (août 2026) :",
        "POSTE-03 Abonnements ajoutés 2 416,10 $",
        "Par imputation",
        "Sans site 1 78,75 $",
    ):
        assert morceau in dit.replace("\N{NO-BREAK SPACE}", " "), dit[:2_000]

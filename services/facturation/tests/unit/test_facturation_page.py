"""La page d'un document et d'un aperçu, dans un vrai navigateur (FAC-9, FAC-10)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pypdf import PdfReader

from facturation.creances.domaine.faits import Appris
from facturation.emissions.domaine.executions import Apercu
from facturation.emissions.entrees import page as page_d_apercu
from facturation.factures.adaptateurs.rendus import ecran
from facturation.factures.adaptateurs.rendus.lecture import Comparaison, LignesLues
from facturation.factures.domaine.documents import de_document, de_projet
from facturation.factures.domaine.ecarts import comparer
from noyau import ZERO, Montant
from outils.essais.navigateur import ce_qui_deborde, exiger_chromium, imprimer, violations_axe
from services.facturation.tests.builders import EMETTEUR, SEPTEMBRE, Faits, situation
from services.facturation.tests.papier import sceller

HOSTILE = 'Poste "></summary><script>alert(1)</script>\u202egnol\u200b'
LETTRE = (612.0, 792.0)


def faits(nombre: int) -> list[Appris]:
    """Un parc d'août; en septembre, un poste rendu, des postes livrés, du travail."""
    f = Faits()
    siens: list[Appris] = []
    for rang in range(nombre):
        mois, produit = (8, "BUREAU-STD") if rang % 3 else (9, "PORTABLE-14")
        siens.append(
            f.livraison(
                str(UUID(int=rang + 1)), date(2026, mois, 1 + rang % 20), produit,
                site=f"QUE-{rang % 4}", imputation=f"2100-{rang % 7}",
            )
        )  # fmt: skip
    siens.append(f.travail(str(UUID(int=9_999)), date(2026, 9, 9), 75))
    siens.append(f.recuperation(str(UUID(int=2)), date(2026, 9, 15)))
    return siens


def deux_mois(
    siens: list[Appris], nom: str = "Ministère des Transports"
) -> tuple[dict[str, Any], Comparaison]:
    """Le document de septembre, et ce qui a changé depuis celui d'août."""
    aout = situation(siens).projeter(SEPTEMBRE.precedent)
    deja: dict[Any, Montant] = {ligne.identite: ligne.montant for ligne in aout.lignes}
    s = situation(siens, deja=deja, taxable=True)
    projet = replace(s, client=replace(s.client, nom=nom)).projeter(SEPTEMBRE)
    document, _ = projet.emettre(7, datetime(2026, 10, 1, 14, tzinfo=UTC), EMETTEUR)
    corps = sceller(de_document(document))
    ecarts = comparer(LignesLues.de(de_projet(aout)["lignes"]).pli, lire(corps).pli)
    return corps, Comparaison("2026-2027-000001", "2026-08", ecarts)


def lire(corps: Mapping[str, Any]) -> LignesLues:
    return LignesLues.de(corps["lignes"])


def page(nombre: int) -> str:
    corps, comparaison = deux_mois(faits(nombre))
    return ecran.rendre(corps, lire(corps), comparaison)


@pytest.fixture
def chromium() -> str:
    return exiger_chromium()


def test_fac_9_la_page_dit_en_tete_ce_qui_a_change() -> None:
    rendue = page(5)
    assert "Depuis la facture 2026-2027-000001 (août 2026)" in rendue
    assert rendue.index("Ce qui a changé") < rendue.index("<h2>Lignes</h2>")
    for cause in ("Abonnements ajoutés", "Mois partiels et unités", "Actes et frais"):
        assert cause in rendue


def test_fac_9_chaque_ligne_deplie_son_explication_sans_script() -> None:
    corps, comparaison = deux_mois(faits(5))
    rendue = ecran.rendre(corps, lire(corps), comparaison)
    assert "<script" not in rendue
    assert rendue.count('<details class="ligne">') == len(corps["lignes"])
    for ligne in corps["lignes"]:
        assert ligne["source"] in rendue
        assert all(evenement in rendue for evenement in ligne["evenements"])
    for mot in ("Calcul", "Version", "Période d'origine", "Quantité", "Prix unitaire", "Taxes"):
        assert f">{mot}<" in rendue.replace("&#39;", "'")


def test_fac_9_les_lignes_d_un_tarif_ont_leur_sous_total() -> None:
    corps, _ = deux_mois(faits(60))
    for groupe in ecran._groupes(corps["lignes"]):
        assert groupe.lignes
    titres = [groupe.titre for groupe in ecran._groupes(corps["lignes"])]
    assert len(titres) == len(set(titres)), "les lignes d'un tarif se suivent"


def test_fac_10_un_nom_hostile_ne_fait_que_se_lire() -> None:
    corps, comparaison = deux_mois(faits(2), HOSTILE)
    corps["lignes"][0]["produit_libelle"] = HOSTILE
    rendue = ecran.rendre(corps, lire(corps), comparaison)
    assert "<script" not in rendue
    assert not {"\u202e", "\u200b"} & set(rendue)
    assert "gnol" in rendue


def test_fac_7_un_apercu_se_montre_comme_son_document_et_le_dit() -> None:
    projet = situation(faits(5)).projeter(SEPTEMBRE)
    apercu = Apercu(organisme="MTQ", etat="a_emettre", projet=projet)
    rendue = page_d_apercu.rendre(apercu, "2026-09", None)
    assert rendue.count('<details class="ligne">') == len(projet.lignes)
    assert "Un aperçu : rien n'est émis." in rendue.replace("&#39;", "'")
    assert "C'est le premier document" in rendue.replace("&#39;", "'")
    assert "Empreinte" not in rendue
    approuve = page_d_apercu.rendre(replace(apercu, approbation=UUID(int=1)), "2026-09", None)
    assert "ira à la période ouverte" in approuve
    contrat = [Faits().contrat("c", date(2026, 9, 9), "1000")]
    vide = Apercu(organisme="MTQ", etat="sans_ligne", projet=situation(contrat).projeter(SEPTEMBRE))
    assert "attendent un montant : 1" in page_d_apercu.rendre(vide, "2026-09", None)
    emis = Apercu(organisme="MTQ", etat="deja_emise", numero="2026-2027-000007")
    assert "document 2026-2027-000007" in page_d_apercu.rendre(emis, "2026-09", None)


def test_fac_10_un_long_document_se_resume_et_dit_ou_lire_ses_lignes() -> None:
    corps, comparaison = deux_mois(faits(40))
    rendue = ecran.rendre({**corps, "lignes": []}, lire(corps), comparaison)
    assert 'href="/v1/factures/2026-2027-000007/lignes?limite=200"' in rendue
    assert "Sommaire par tarif" in rendue
    assert "<details class" not in rendue
    assert lire(corps).pli.total > ZERO


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_reproche_rien(chromium: str, tmp_path: Path, *, sombre: bool) -> None:
    assert chromium
    assert violations_axe(page(5), tmp_path, sombre=sombre) == []


@pytest.mark.parametrize("largeur", [320, 1280])
def test_rien_ne_defile_de_cote(chromium: str, tmp_path: Path, largeur: int) -> None:
    assert chromium
    assert ce_qui_deborde(page(5), tmp_path, largeur) == []


def test_fac_9_le_papier_montre_chaque_ligne_depliee(chromium: str, tmp_path: Path) -> None:
    assert chromium
    corps, comparaison = deux_mois(faits(60))
    feuilles = PdfReader(imprimer(ecran.rendre(corps, lire(corps), comparaison), tmp_path)).pages
    assert {tuple(map(float, f.mediabox[2:])) for f in feuilles} == {LETTRE}
    texte = "".join("".join(f.extract_text().split()) for f in feuilles)
    for ligne in corps["lignes"]:
        assert all(evenement in texte for evenement in ligne["evenements"])

"""La page de la consommation : sa courbe et son tableau disent la même chose (CI-19)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader

from courtier.consommation.adaptateurs.rendus.page_consommation import rendre
from courtier.consommation.cas_usage import Consommation
from courtier.consommation.domaine.bilan import Bilan
from courtier.consommation.domaine.courbe import courbe
from courtier.consommation.domaine.prevision import Methode, Prevision, prevoir
from noyau import ZERO, Montant
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)
from pages.ecriture import dollars, jour
from services.courtier.tests.unit.test_courtier_avenant import contrat

CONTRAT = contrat()
LE = date(2027, 3, 15)
COMMANDES = {
    date(2026, 10, 5): "2400.00",
    date(2026, 12, 1): "1800.00",
    date(2027, 3, 2): "1500.00",
}
FACTURES = {date(2026, 11, 3): "1200.00", date(2027, 1, 7): "1500.25"}


def consommation(
    commandes: Mapping[date, str] = COMMANDES, factures: Mapping[date, str] = FACTURES
) -> Consommation:
    """Un contrat de 12 000 $ et de 24 mois; rien n'est facturé hors commande."""
    sommes = [
        {le: Montant.de(Decimal(s)) for le, s in par.items()} for par in (commandes, factures)
    ]
    commande, facture = (sum(par.values(), ZERO) for par in sommes)
    bilan = Bilan(
        contrat_id=CONTRAT.id, organisme="MTQ", commande=commande, facture=facture,
        consomme=max(commande, facture), montant=CONTRAT.courants.montant,
    )  # fmt: skip
    return Consommation(
        contrat=CONTRAT,
        bilan=bilan,
        sous_bon_inconnu=ZERO,
        alertes=(Decimal("0.75"), Decimal("0.90")),
        prevision=prevoir(CONTRAT, bilan.consomme, (), LE),
        mois=courbe(CONTRAT, *sommes),
    )


def _traces(page: str) -> dict[str, list[tuple[float, float]]]:
    """Les points de chaque tracé de la figure."""
    figure = page[page.index('<figure class="courbe">') : page.index("<figcaption>")]
    lus = re.findall(r'<path d="M([\d. L]+)" class="(prevu|commande|facture|prevision)"', figure)
    return {
        genre: [tuple(map(float, p.split())) for p in points.split("L")]  # type: ignore[misc]
        for points, genre in lus
    }


def _plafond(page: str) -> float:
    (y,) = re.findall(r'<path d="M52 ([\d.]+)H346" class="plafond"', page)
    return float(y)


def test_ci_19_chaque_mois_de_la_courbe_est_au_tableau() -> None:
    lue = consommation()
    page = rendre(lue, LE)
    for mois in lue.mois:
        for nom in ("prevu", "commande", "facture"):
            for champ in (nom, f"{nom}_cumule"):
                assert dollars(getattr(mois, champ).decimal) in page, (mois.mois, champ)
    traces = _traces(page)
    assert len(traces["prevu"]) == len(lue.mois) + 1
    # Six mois commencés : zéro, puis chaque mois; celui qui court s'arrête aujourd'hui.
    assert len(traces["commande"]) == len(traces["facture"]) == 7


def test_ci_19_la_courbe_est_a_l_echelle_du_montant() -> None:
    traces, plafond = _traces(page := rendre(consommation(), LE)), _plafond(page)
    zero = traces["prevu"][0][1]
    assert traces["prevu"][-1] == (346.0, plafond), "le prévu finit au montant"
    part = (zero - traces["commande"][-1][1]) / (zero - plafond)
    assert part == pytest.approx(5700 / 12000, abs=0.001)
    assert traces["prevision"][0][1] == traces["commande"][-1][1]


def test_ci_19_la_prevision_atteint_le_montant_le_jour_dit() -> None:
    page = rendre(consommation(), LE)
    bout = _traces(page)["prevision"][-1]
    assert bout[1] == _plafond(page)
    assert bout[0] < 346.0
    prevu = consommation().prevision.epuisement_le
    assert prevu is not None
    assert f"puiserait le {jour(prevu)}, avant la fin" in page


def test_ci_19_au_dela_du_montant_la_page_le_dit_et_l_echelle_s_etend() -> None:
    page = rendre(consommation(factures={date(2026, 11, 3): "15000.00"}), LE)
    assert f"dépassé de {dollars(Decimal(3000))}" in page
    assert _traces(page)["facture"][-1][1] < _plafond(page)
    assert "prevision" not in _traces(page)


def test_ci_19_un_contrat_fini_n_a_plus_rien_a_prevoir() -> None:
    fini = CONTRAT.fin
    lue = consommation()
    page = rendre(replace(lue, prevision=prevoir(CONTRAT, lue.bilan.consomme, (), fini)), fini)
    assert "ou le contrat ne court pas : rien à prévoir." in page
    assert "prevision" not in _traces(page)


def test_ci_19_epuise_le_dernier_jour_il_suffit() -> None:
    """CI-19 : il n'est « avant la fin » que si le montant manque avant le dernier jour."""
    dernier = CONTRAT.fin - timedelta(days=1)
    prevision = Prevision(Methode.RYTHME_MOYEN, dernier, avant_la_fin=False)
    page = rendre(replace(consommation(), prevision=prevision), LE)
    assert f"puiserait le {jour(dernier)}, à la fin du contrat ou après." in page


def test_ci_19_sans_consommation_rien_n_est_prevu() -> None:
    page = rendre(consommation({}, {}), LE)
    assert "Rien n&#39;est consommé" in page
    assert "prevision" not in _traces(page)


@pytest.fixture
def page() -> str:
    exiger_chromium()
    return rendre(consommation(), LE)


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_lui_reproche_rien(page: str, tmp_path: Path, *, sombre: bool) -> None:
    assert violations_axe(page, tmp_path, sombre=sombre) == []


@pytest.mark.parametrize("largeur", [320, 768, 1280])
def test_rien_ne_deborde(page: str, tmp_path: Path, largeur: int) -> None:
    assert ce_qui_deborde(page, tmp_path, largeur) == []


@pytest.mark.parametrize("largeur", [320, 768, 1024])
def test_ci_19_le_tableau_mensuel_tient_sans_defiler(tmp_path: Path, largeur: int) -> None:
    """Un tableau qui défile de côté cache des colonnes : celui-ci tient, millions compris."""
    exiger_chromium()
    grand = rendre(consommation({LE: "2400000.00"}, {date(2026, 11, 3): "1234567.89"}), LE).replace(
        ' tabindex="0"', ""
    )
    assert ce_qui_deborde(grand, tmp_path, largeur) == []


def test_elle_s_imprime_entiere(page: str, tmp_path: Path) -> None:
    texte = texte_imprime(PdfReader(imprimer(page, tmp_path)).pages)
    for morceau in ("Consommation du contrat", "5 700,00 $", "2 700,25 $", "Total"):
        assert morceau in texte

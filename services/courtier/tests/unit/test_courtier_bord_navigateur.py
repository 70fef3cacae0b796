"""La page du tableau du Courtier dans un vrai navigateur : un téléphone, une feuille, axe."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfReader

from courtier.bord.adaptateurs.rendus.page_bord import rendre
from courtier.bord.domaine.tableau import (
    CAS_MONTRES,
    COMPTE_MAXIMUM,
    DEFINITIONS,
    NATURES,
    TRANCHES,
    Cas,
    Constat,
    FournisseurSuivi,
    Rubrique,
    Tableau,
    horizon_de,
    par_etape,
    tranche,
)
from courtier.obligations.domaine import NatureObligation
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)

LE = datetime(2026, 10, 1, 14, tzinfo=UTC)
JOUR = date(2026, 10, 1)
LONG = "Remplacement du système de gestion des courriels et des agendas de tout le réseau"


def tableau() -> Tableau:
    """Toutes les rubriques, pleines."""

    def cas(n: int) -> Cas:
        return Cas(
            organisme=f"ORG-{n:03}",
            nom=LONG if n % 3 else "Nuage boréal inc.",
            le=JOUR - timedelta(days=200 - n),
            montant=Decimal("1234567.89") if n % 2 else None,
            contrat_id=UUID(int=n) if n % 5 else None,
        )

    ouverts = [(1 + n % 5, LE - timedelta(days=3 * n)) for n in range(100)]
    return Tableau(
        le=LE,
        horizon=date(2027, 7, 1),
        etapes=par_etape(ouverts, JOUR),
        constats=tuple(
            Constat.de(rubrique, COMPTE_MAXIMUM + 1, map(cas, range(CAS_MONTRES)))
            for rubrique in Rubrique
        ),
        fournisseurs=tuple(
            FournisseurSuivi(
                fournisseur_id=UUID(int=n), nom=f"Nuage {LONG}", contrats=12, rendues=1040,
                insatisfaisantes=n % 3, en_retard=30 - n,
            )
            for n in range(5)
        ),
    )  # fmt: skip


def test_chaque_nature_d_obligation_a_sa_rubrique_et_chaque_rubrique_sa_liste() -> None:
    assert set(NATURES.values()) == set(NatureObligation)
    assert DEFINITIONS.keys() == set(Rubrique)
    assert all(dite.lien.startswith("/v1/") for dite in DEFINITIONS.values())
    fins = Constat.de(Rubrique.FINISSENT, 1).lien(date(2027, 7, 1))
    assert fins == "/v1/contrats?etat=signe&finit_avant=2027-07-01"


def test_un_compte_borne_dit_qu_il_y_en_a_davantage() -> None:
    plein = Constat.de(Rubrique.COPIE, COMPTE_MAXIMUM + 1)
    assert (plein.nombre, plein.davantage) == (COMPTE_MAXIMUM, True)
    assert not Constat.de(Rubrique.COPIE, COMPTE_MAXIMUM).davantage


@pytest.mark.parametrize(("jours", "rang"), [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (180, 3)])
def test_ci_10_l_age_d_un_dossier_se_compte_en_jours_de_quebec(jours: int, rang: int) -> None:
    """Ouvert à 23 h 30 à Québec : c'est encore ce jour-là, déjà le lendemain en UTC."""
    soir = datetime(2026, 6, 1, 3, 30, tzinfo=UTC)
    assert tranche(soir, date(2026, 5, 31) + timedelta(days=jours)) == rang
    assert len(TRANCHES) == 4


def test_ci_24_l_horizon_est_le_plus_long_rappel_d_une_sortie() -> None:
    assert horizon_de(JOUR, (3, 9, 6)) == date(2027, 7, 1)
    assert horizon_de(JOUR, ()) == JOUR


@pytest.fixture
def page() -> str:
    exiger_chromium()
    return rendre(tableau())


def test_il_tient_dans_un_telephone(page: str, tmp_path: Path) -> None:
    assert ce_qui_deborde(page, tmp_path) == []


@pytest.mark.parametrize("sombre", [False, True])
def test_axe_ne_lui_reproche_rien(page: str, tmp_path: Path, *, sombre: bool) -> None:
    assert violations_axe(page, tmp_path, sombre=sombre) == []


def test_il_s_imprime_entier(page: str, tmp_path: Path) -> None:
    texte = texte_imprime(PdfReader(imprimer(page, tmp_path)).pages)
    for morceau in ("Par étape et par âge", "10 000 ou plus", "Copie signée", "1 234 567,89 $"):
        assert morceau in texte

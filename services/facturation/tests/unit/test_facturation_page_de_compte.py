"""La page d'un état de compte dans un vrai navigateur : un téléphone, une feuille (FAC-17)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfReader

from facturation.comptes.adaptateurs.rendus import pages
from facturation.comptes.domaine.etats import (
    Annee,
    Credit,
    Horizon,
    Mouvement,
    SorteMouvement,
    derouler,
    etablir,
)
from facturation.comptes.domaine.soldes import Solde
from facturation.factures.domaine.factures import NatureDocument
from noyau import Montant
from outils.essais.navigateur import (
    ce_qui_deborde,
    exiger_chromium,
    imprimer,
    texte_imprime,
    violations_axe,
)

LE, NOM = date(2027, 3, 31), "Ministère des Transports et de la Mobilité durable"


def documents() -> list[Solde]:
    """Un document de chaque âge, un crédit, un nombre de plus qu'une page n'en montre."""
    emis = [LE - timedelta(days=jours) for jours in (10, 45, 75, 105, 300, *range(10, 220))]
    factures = [
        Solde(
            numero=f"2026-2027-{rang:06d}",
            nature=NatureDocument.FACTURE,
            periode="2026-09",
            emise_le=le,
            echeance=le + timedelta(days=30),
            total=Montant.de("1234567.89"),
        )
        for rang, le in enumerate(emis, start=1)
    ]
    note = replace(
        factures[0], numero="NC-2026-2027-000001", nature=NatureDocument.NOTE_DE_CREDIT,
        total=Montant.de("-98.00"), echeance=None,
    )  # fmt: skip
    return [*factures, note]


def etat() -> str:
    soldes = documents()
    contestes = {soldes[4].numero: Montant.de("100.00")}
    credit = Credit(
        reglement_id=UUID(int=1), reference="VIR-2026-004512", le=LE, montant=Montant.de("20")
    )
    etabli = etablir("MTMD", Horizon(le=LE, su_le=LE), soldes, Montant.de("20"), contestes)
    return pages.etat(etabli, NOM, [credit])


def annee() -> str:
    mouvements = [
        Mouvement(le=LE, sorte=sorte, numero=f"VIR-{sorte}", montant=Montant.de("-1234.50"))
        for sorte in SorteMouvement
    ]
    return pages.annee(Annee.de("MTMD", "2026-2027", LE, derouler(mouvements)), NOM)


@pytest.fixture(params=[etat, annee])
def page(request: pytest.FixtureRequest) -> str:
    exiger_chromium()
    rendue: str = request.param()
    return rendue


def test_fac_17_elle_tient_dans_un_telephone(page: str, tmp_path: Path) -> None:
    assert ce_qui_deborde(page, tmp_path) == []


@pytest.mark.parametrize("sombre", [False, True])
def test_fac_17_axe_ne_lui_reproche_rien(page: str, tmp_path: Path, *, sombre: bool) -> None:
    assert violations_axe(page, tmp_path, sombre=sombre) == []


def test_fac_17_elle_s_imprime_entiere(tmp_path: Path) -> None:
    exiger_chromium()
    texte = texte_imprime(PdfReader(imprimer(etat(), tmp_path)).pages)
    for morceau in (
        "État de compte au 31 mars 2027",
        "De 61 à 90 jours",
        "2026-2027-000005",
        "Règlements à appliquer",
        "Cette page en montre 200; le CSV a les 216.",
        "consigné à la fin du 31 mars 2027",
    ):
        assert morceau in texte, morceau


def test_fac_17_l_etat_dit_chaque_age_le_conteste_et_les_credits() -> None:
    lue = etat()
    for dit in (*pages.AGES.values(), "Contesté", "100,00\xa0$", "Crédits à appliquer", "-118,00"):
        assert dit in lue, dit

"""FAC-2, FAC-5 : un actif remplacé, calculé à la main; le poste loué vaut 100 par mois, un an."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Creance, Nature
from facturation.creances.domaine.faits import Appris, FaitRecu, Rectification, sources
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import Engagement
from noyau import Mois
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import Faits, a, fiche, situation, tarif

DEBUT = date(2026, 9, 1)
"""Le premier jour de l'ancien : son terme est le 1er septembre 2027."""
LOUE, LOIN = "LOUE", Mois(2029, 12)


def loue(*, reconduit: bool = False, preavis: int | None = None) -> Tarification:
    engagement = Engagement(mois=12, reconduit=reconduit, preavis_jours=preavis)
    tarifs = [tarif(LOUE, "100", mois_si_perte=4, engagement=engagement)]
    return l.catalogue(fiche(code="LOCATION", tarifs=tarifs), portes=[(LOUE,)])


def remplace(le: date, *, premature: bool = False, nouveau: date | None = None) -> list[FaitRecu]:
    """L'ancien finit ce jour-là; le nouveau, livré alors, en reçoit l'engagement s'il y a lieu."""
    faits = [
        l.livraison(DEBUT, LOUE),
        l.remplacement(le, LOUE, premature=premature),
        l.livraison(nouveau or le, LOUE, actif="autre"),
    ]
    return faits if premature else [*faits, l.report(le, LOUE, depuis=DEBUT)]


def redate(fait: FaitRecu, juste: date | None) -> Rectification:
    """L'acte à son jour juste; sans lui, nul."""
    return Faits().rectification(fait, a(juste) if juste else None)


def soldes(faits: Sequence[Appris]) -> list[tuple[str, str, str]]:
    """La nature, le jour et le montant de ce qui n'est pas un mois couru."""
    rendu = calculer(sources(faits), loue(), LOIN)
    assert rendu.attentes == ()
    dues = [c for c in rendu.creances if c.identite.nature is not Nature.ABONNEMENT]
    return [(c.identite.nature.value, str(c.identite.debut), str(c.montant)) for c in dues]


def mois(faits: Sequence[Appris], jusqua: Mois) -> list[Creance]:
    return [*calculer(sources(faits), loue(), jusqua).creances]


def test_fac_5_defectueux_il_ne_solde_rien_et_le_nouveau_reste_engage() -> None:
    fevrier = date(2027, 2, 1)
    assert soldes(remplace(fevrier)) == []
    # Rendu le 1er juin, il reste du 1er engagement trois mois : 3 × 100
    rendu = l.recuperation(date(2027, 6, 1), LOUE, actif="autre")
    assert soldes([*remplace(fevrier), rendu]) == [("engagement", "2027-06-01", "300.00")]
    # Sans report, il lui en resterait huit
    neuf = [f for f in remplace(fevrier) if f.type != "engagement.reporté"]
    assert soldes([*neuf, rendu]) == [("engagement", "2027-06-01", "800.00")]


def test_fac_5_le_terme_passe_le_nouveau_n_est_plus_engage() -> None:
    rendu = l.recuperation(date(2027, 10, 1), LOUE, actif="autre")
    assert soldes([*remplace(date(2027, 2, 1)), rendu]) == []


def test_fac_5_livre_avant_le_remplacement_le_nouveau_court_du_plus_ancien_debut() -> None:
    faits = remplace(date(2027, 2, 10), nouveau=date(2027, 2, 1))
    rendu = l.recuperation(date(2027, 8, 1), LOUE, actif="autre")
    assert soldes([*faits, rendu]) == [("engagement", "2027-08-01", "100.00")]
    fevrier = [c for c in mois(faits, Mois(2027, 2)) if c.identite.debut.month == 2]
    # Février : l'ancien jusqu'au 10, 100 × 9 ÷ 28 = 32,142… → 32,14; le nouveau, entier
    assert sorted(str(c.montant) for c in fevrier) == ["100.00", "32.14"]


def test_fac_5_reconduit_le_terme_suivant_se_compte_du_plus_ancien_debut() -> None:
    faits = [*remplace(date(2027, 2, 1)), l.recuperation(date(2027, 10, 1), LOUE, actif="autre")]
    rendu = calculer(sources(faits), loue(reconduit=True), Mois(2027, 12)).creances
    (ligne,) = [c for c in rendu if c.identite.nature is Nature.ENGAGEMENT]
    # Reconduit le 1er septembre 2027 pour un an : d'octobre à août, 11 × 100
    assert (str(ligne.montant), ligne.fin) == ("1100.00", date(2028, 9, 1))


def test_fac_5_de_remplacement_en_remplacement_l_engagement_suit() -> None:
    """Le troisième dit le début du premier."""
    suite = [
        l.remplacement(date(2027, 4, 1), LOUE, premature=False, actif="autre"),
        l.livraison(date(2027, 4, 1), LOUE, actif="tiers"),
        l.report(date(2027, 4, 1), LOUE, depuis=DEBUT, actif="tiers"),
        l.recuperation(date(2027, 7, 1), LOUE, actif="tiers"),
    ]
    faits = [*remplace(date(2027, 2, 1)), *suite]
    assert soldes(faits) == [("engagement", "2027-07-01", "200.00")]


@pytest.mark.parametrize("preavis", [None, 32])
@pytest.mark.parametrize(
    ("le", "solde"),
    [
        # Dix mois courus : deux à courir, contre quatre : 4 × 100
        (date(2027, 7, 1), ("perte", "400.00")),
        # Cinq mois : sept à courir, contre quatre : 7 × 100
        (date(2027, 2, 1), ("engagement", "700.00")),
        # Le jour de sa livraison : aucun jour couru, quatre mois quand même
        (DEBUT, ("perte", "400.00")),
    ],
)
def test_fac_2_premature_il_doit_quatre_mois_ou_l_engagement_le_plus_eleve(
    le: date, solde: tuple[str, str], preavis: int | None
) -> None:
    rendu = calculer(sources(remplace(le, premature=True)), loue(preavis=preavis), Mois(2027, 12))
    dues = [c for c in rendu.creances if c.identite.nature is not Nature.ABONNEMENT]
    assert [(c.identite.nature.value, str(c.montant)) for c in dues] == [solde]


def test_fac_2_premature_l_engagement_du_nouveau_est_le_sien() -> None:
    faits = remplace(date(2027, 7, 1), premature=True)
    rendu = l.recuperation(date(2027, 10, 1), LOUE, actif="autre")
    # Neuf mois des douze qu'il a commencés le 1er juillet
    assert ("engagement", "2027-10-01", "900.00") in soldes([*faits, rendu])


def test_fac_1_livre_et_remplace_le_meme_jour_seul_le_nouveau_se_paie() -> None:
    faits = [
        l.livraison(DEBUT, LOUE),
        replace(l.remplacement(DEBUT, LOUE, premature=False), survenu_le=a(DEBUT, 15)),
        l.livraison(DEBUT, LOUE, actif="autre"),
        l.report(DEBUT, LOUE, depuis=DEBUT),
    ]
    (ligne,) = mois(faits, Mois(2026, 9))
    assert str(ligne.montant) == "100.00"


def test_fac_1_recupere_apres_un_remplacement_ne_change_rien() -> None:
    faits = remplace(date(2026, 9, 16))
    avant = mois(faits, Mois(2026, 11))
    # 15 ÷ 30 de l'ancien et du nouveau : 50 et 50, puis deux mois entiers
    assert sorted(str(c.montant) for c in avant) == ["100.00", "100.00", "50.00", "50.00"]
    ensuite = l.recuperation(date(2026, 10, 20), LOUE)
    assert mois([*faits, ensuite], Mois(2026, 11)) == avant


def test_dem_13_un_remplacement_redate_deplace_la_fin_et_le_report() -> None:
    faits = remplace(date(2026, 9, 16), nouveau=date(2026, 9, 11))
    justes = [redate(f, date(2026, 9, 11)) for f in faits if "livré" not in f.type]
    dues = mois([*faits, *justes], Mois(2026, 9))
    # L'ancien, 10 ÷ 30; le nouveau, 20 ÷ 30
    assert sorted(str(c.montant) for c in dues) == ["33.33", "66.67"]


def test_dem_13_nul_un_remplacement_laisse_courir_l_ancien() -> None:
    faits = remplace(date(2027, 2, 1))
    nuls = [redate(f, None) for f in faits if "livré" not in f.type]
    dues = [c for c in mois([*faits, *nuls], Mois(2027, 2)) if c.identite.debut.year == 2027]
    assert len(dues) == 3, "janvier et février de l'ancien, février de l'autre"


def test_fac_7_appris_un_mois_apres_la_facture_il_se_regularise() -> None:
    """Septembre et octobre facturés entiers; remplacé le 16 septembre, on le sait en novembre."""
    faits = remplace(date(2026, 9, 16), premature=True)
    ancien, reste = faits[0], faits[1:]
    deja = {
        c.identite: c.montant for c in calculer(sources([ancien]), loue(), Mois(2026, 10)).creances
    }
    emises = {Mois(2026, 9): "1", Mois(2026, 10): "2"}
    apres = situation([ancien, *reste], loue(), deja=deja, emises=emises)
    lignes = apres.projeter(Mois(2026, 11)).lignes
    dites = {(str(x.identite.debut), x.identite.nature.value, str(x.montant)) for x in lignes}
    assert dites == {
        ("2026-09-01", "abonnement", "-50.00"),
        ("2026-10-01", "abonnement", "-100.00"),
        # Onze mois et demi restaient, plus que quatre : 1 150
        ("2026-09-16", "engagement", "1150.00"),
        ("2026-09-16", "abonnement", "50.00"),
        ("2026-10-01", "abonnement", "100.00"),
        ("2026-11-01", "abonnement", "100.00"),
    }


@given(st.permutations(range(5)))
def test_dem_12_l_ordre_d_arrivee_n_y_change_rien(ordre: list[int]) -> None:
    rendu = l.recuperation(date(2027, 6, 1), LOUE, actif="autre")
    faits = [*remplace(date(2027, 2, 1)), rendu]
    assert soldes([faits[n] for n in ordre]) == [("engagement", "2027-06-01", "300.00")]

"""L'engagement minimal (FAC-5) et l'avis de fin, calculés à la main."""

from collections.abc import Sequence
from datetime import date

import pytest

from facturation.creances.domaine.abonnements import abonnements
from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Creance, Nature
from facturation.creances.domaine.faits import Appris, sources
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import Engagement
from noyau import Mois
from services.facturation.tests import livrees as l
from services.facturation.tests.builders import Faits, fiche, tarif, tarification

F = Faits()
DEBUT = date(2026, 9, 1)
LOIN = Mois(2029, 12)


def soldes(faits: Sequence[Appris], t: Tarification, jusqua: Mois = LOIN) -> list[Creance]:
    """Ce qui n'est pas un mois couru, ni ses frais."""
    courus = {Nature.ABONNEMENT, Nature.FRAIS}
    rendu = calculer(sources(faits), t, jusqua)
    assert not rendu.attentes
    return [c for c in rendu.creances if c.identite.nature not in courus]


def fins(faits: Sequence[Appris], t: Tarification) -> list[date | None]:
    return [a.fin for source in sources(faits) for a in abonnements(source, t)]


def soutien(fin: date, debut: date = DEBUT) -> list[Appris]:
    return [l.souscription(debut, "soutien_etendu"), l.resiliation(fin, fin)]


@pytest.mark.parametrize(
    ("fin", "calcul", "montant", "terme"),
    [
        # Cinq mois courus, sept à courir : 7 × 955,56
        (date(2027, 2, 1), "955,56 $ × 7 mois", "6688.92", date(2027, 9, 1)),
        # Quatorze mois : reconduit, il en reste dix du second terme
        (date(2027, 11, 1), "955,56 $ × 10 mois", "9555.60", date(2028, 9, 1)),
        # Du 16 au 31 août : 16 ÷ 31 × 955,56 = 493,1922…
        (date(2027, 8, 16), "955,56 $ × (16 ÷ 31) mois", "493.19", date(2027, 9, 1)),
    ],
)
def test_fac_5_la_fin_anticipee_facture_les_mois_restants(
    fin: date, calcul: str, montant: str, terme: date
) -> None:
    (ligne,) = soldes(soutien(fin), l.catalogue())
    assert (ligne.identite.nature, ligne.identite.debut) == (Nature.ENGAGEMENT, fin)
    assert ligne.calcul.replace("\xa0", " ") == calcul
    assert (str(ligne.montant), ligne.fin) == (montant, terme)
    assert fins(soutien(fin), l.catalogue()) == [fin]


def test_fac_5_un_terme_en_cours_de_mois_se_prorate_des_deux_bouts() -> None:
    # Du 11 mars (21 ÷ 31) au 16 septembre (15 ÷ 30), avril à août entiers :
    # 955,56 × (42 + 310 + 31) ÷ 62 = 955,56 × 383 ÷ 62 = 5 902,894…
    (ligne,) = soldes(soutien(date(2027, 3, 11), date(2026, 9, 16)), l.catalogue())
    assert ligne.calcul.replace("\xa0", " ") == "955,56 $ × (21 ÷ 31 + 5 + 15 ÷ 30) mois"
    assert str(ligne.montant) == "5902.89"


@pytest.mark.parametrize("fin", [date(2027, 9, 1), date(2028, 9, 1)])
def test_fac_5_finir_au_terme_ne_doit_rien(fin: date) -> None:
    assert soldes(soutien(fin), l.catalogue()) == []


def test_fac_5_avant_sa_fin_rien_n_est_solde() -> None:
    assert soldes(soutien(date(2027, 2, 1)), l.catalogue(), Mois(2027, 1)) == []


@pytest.mark.parametrize(
    ("avis", "fin"),
    [
        (date(2027, 7, 30), date(2027, 9, 1)),  # 33 jours avant le terme
        (date(2027, 7, 31), date(2027, 9, 1)),  # 32 jours
        (date(2027, 8, 1), date(2028, 9, 1)),  # 31 jours : au terme suivant
    ],
)
@pytest.mark.parametrize("code", ["VISIO-WEB-25", "VISIO-WEB-200"])
def test_fac_1_l_avis_de_trente_deux_jours_finit_au_terme(code: str, avis: date, fin: date) -> None:
    demandee = date(2027, 9, 1)
    faits = [l.souscription(DEBUT, "visioconference", code), l.resiliation(demandee, avis)]
    assert fins(faits, l.catalogue()) == [fin]
    assert soldes(faits, l.catalogue()) == []


def test_fac_1_sous_preavis_une_fin_en_cours_de_terme_court_jusqu_a_lui() -> None:
    avis, demandee = date(2026, 12, 1), date(2027, 1, 15)
    faits = [
        l.souscription(DEBUT, "visioconference", "VISIO-WEB-25"),
        l.resiliation(demandee, avis),
    ]
    assert fins(faits, l.catalogue()) == [date(2027, 9, 1)]
    rendu = calculer(sources(faits), l.catalogue(), LOIN).creances
    # Douze mois à 26, et les frais uniques
    assert sum(c.montant.cents for c in rendu) == 12 * 2600 + 10000


def test_fac_1_un_premier_avis_a_temps_vaut_pour_une_fin_avancee() -> None:
    souscrit = l.souscription(DEBUT, "visioconference", "VISIO-WEB-25")
    faits = [
        souscrit,
        l.resiliation(date(2027, 9, 1), date(2027, 7, 1)),
        l.resiliation(date(2027, 8, 20), date(2027, 8, 15)),
    ]
    assert fins(faits, l.catalogue()) == [date(2027, 9, 1)]


@pytest.mark.parametrize("preavis", [None, 32])
@pytest.mark.parametrize(
    ("perdu", "nature", "montant"),
    [
        # Cinq mois courus : sept à courir, contre quatre de perte : 7 × 100
        (date(2027, 2, 1), Nature.ENGAGEMENT, "700.00"),
        # Dix mois : deux à courir, contre quatre : 4 × 100
        (date(2027, 7, 1), Nature.PERTE, "400.00"),
    ],
)
def test_fac_2_fac_5_perdu_sous_engagement_le_plus_eleve_des_deux(
    perdu: date, nature: Nature, montant: str, preavis: int | None
) -> None:
    engagement = Engagement(mois=12, reconduit=True, preavis_jours=preavis)
    engage = tarif("LOUE", "100", mois_si_perte=4, engagement=engagement)
    t = tarification(fiche(tarifs=[engage]), autres={"LOUE": ("LOUE",)})
    faits = [F.livraison("p", DEBUT, "LOUE"), F.perte("p", perdu, "LOUE")]
    (ligne,) = soldes(faits, t)
    assert (ligne.identite.nature, str(ligne.montant)) == (nature, montant)
    assert fins(faits, t) == [perdu]


@pytest.mark.parametrize(
    ("preavis", "demandee", "fin", "montants"),
    [
        (None, date(2027, 7, 1), date(2027, 7, 1), ["200.00"]),  # deux mois du seul terme
        (None, date(2027, 10, 1), date(2027, 10, 1), []),  # le terme passé, rien n'engage
        (32, date(2027, 8, 31), date(2027, 9, 1), []),  # l'avis tardif ne mène pas plus loin
        (32, date(2027, 10, 1), date(2027, 10, 1), []),
    ],
)
def test_fac_5_sans_reconduction_il_n_y_a_qu_un_terme(
    preavis: int | None, demandee: date, fin: date, montants: list[str]
) -> None:
    engagement = Engagement(mois=12, reconduit=False, preavis_jours=preavis)
    t = tarification(
        fiche(tarifs=[tarif("LOUE", "100", engagement=engagement)]), autres={"LOUE": ("LOUE",)}
    )
    faits = [F.livraison("p", DEBUT, "LOUE"), F.recuperation("p", demandee, "LOUE")]
    assert [str(c.montant) for c in soldes(faits, t)] == montants
    assert fins(faits, t) == [fin]


def test_fac_5_l_engagement_est_celui_de_l_ouverture_au_prix_du_jour_de_la_fin() -> None:
    un_an = Engagement(mois=12, reconduit=True)
    avant = tarif("LOUE", "100", engagement=un_an)
    apres = tarif("LOUE", "110")
    t = tarification(
        fiche(tarifs=[avant]),
        fiche(2, date(2027, 1, 1), tarifs=[apres]),
        autres={"LOUE": ("LOUE",)},
    )
    faits = [F.livraison("p", DEBUT, "LOUE"), F.recuperation("p", date(2027, 2, 1), "LOUE")]
    (ligne,) = soldes(faits, t)
    assert (str(ligne.montant), ligne.prix.version_fiche) == ("770.00", 2)  # 7 × 110
    tardif = [F.livraison("q", date(2027, 1, 1), "LOUE"), F.recuperation("q", date(2027, 2, 1))]
    assert soldes(tardif, t) == []


def test_fac_5_ce_que_paie_la_vie_suivante_ne_se_paie_pas_deux_fois() -> None:
    repris = [*soutien(date(2027, 2, 1)), l.souscription(date(2027, 4, 1), "soutien_etendu")]
    (ligne,) = soldes(repris, l.catalogue())
    assert ligne.calcul.replace("\xa0", " ") == "955,56 $ × 2 mois"


def test_fac_1_un_abonnement_se_finit_au_dernier_jour_d_un_mois_plus_court() -> None:
    faits = soutien(date(2028, 2, 28), date(2027, 8, 31))
    # Terme du 31 août 2028 : 2 jours de février (2 ÷ 29), mars à juillet, puis 30 ÷ 31 d'août
    (ligne,) = soldes(faits, l.catalogue())
    assert ligne.fin == date(2028, 8, 31)
    assert ligne.calcul.replace("\xa0", " ") == "955,56 $ × (2 ÷ 29 + 5 + 30 ÷ 31) mois"
    un_mois = tarif("LOUE", "100", engagement=Engagement(mois=1, reconduit=False))
    t = tarification(fiche(tarifs=[un_mois]), autres={"LOUE": ("LOUE",)})
    janvier, fin = date(2027, 1, 31), date(2027, 2, 10)
    (ligne,) = soldes([F.livraison("p", janvier, "LOUE"), F.recuperation("p", fin, "LOUE")], t)
    assert ligne.fin == date(2027, 2, 28)

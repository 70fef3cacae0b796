"""Les abonnements : une seule règle, pour le calcul et pour la liste (FAC-1)."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from facturation.creances.domaine.abonnements import Abonnement, abonnements
from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Creance, Nature
from facturation.creances.domaine.faits import Appris, FaitRecu, sources
from facturation.tarification.domaine.tarification import Tarification
from noyau import Mois
from services.facturation.tests.builders import Faits, fiche, tarif, tarification
from services.facturation.tests.histoires import HEURES, des_rectifications

PRODUITS = st.sampled_from(["BUREAU-STD", "PORTABLE-14", "LOGICIEL-X", "NOYAU", "ETUDE", "ZZZ"])
SOURCES = st.sampled_from("abc")
JOURS = st.one_of(st.dates(date(2026, 4, 1), date(2026, 12, 31)), st.just(date(2026, 9, 9)))
FINALE = Mois(2027, 1)


def jour(j: int) -> date:
    return date(2026, 9, j)


def de(*faits: Appris, t: Tarification | None = None) -> list[Abonnement]:
    return [a for source in sources(faits) for a in abonnements(source, t or tarification())]


def test_fac_1_une_nouvelle_livraison_n_ouvre_pas_d_abonnement() -> None:
    f = Faits()
    premiere = f.livraison("p", jour(3))
    (abonnement,) = de(premiere, f.livraison("p", jour(10), "PORTABLE-14"))
    assert (abonnement.tarif, abonnement.debut) == ("POSTE-01", jour(3))
    assert abonnement.evenement == premiere.acte_id


def test_fac_1_la_perte_finit_l_abonnement_et_la_premiere_fin_vaut() -> None:
    f = Faits()
    perte = f.perte("p", jour(12))
    (abonnement,) = de(f.livraison("p", jour(3)), f.recuperation("p", jour(20)), perte)
    assert (abonnement.fin, abonnement.evenement_de_fin) == (jour(12), perte.acte_id)


def test_ce_qui_ne_se_paie_pas_au_mois_n_est_pas_un_abonnement() -> None:
    f = Faits()
    assert de(f.livraison("l", jour(3), "LOGICIEL-X"), f.livraison("n", jour(3), "NOYAU")) == []
    assert de(f.livraison("z", jour(3), "ZZZ"), f.perte("p", jour(4))) == []


def test_cat_5_un_decompte_qui_change_finit_l_abonnement_ce_jour_la() -> None:
    f = Faits()
    t = tarification(fiche(), fiche(2, jour(16), tarifs=[tarif("POSTE-01", "9", "unites")]))
    (abonnement,) = de(f.livraison("p", jour(3)), t=t)
    assert (abonnement.fin, abonnement.evenement_de_fin) == (jour(16), None)
    assert de(f.livraison("p", jour(16)), t=t) == []


@st.composite
def des_faits(draw: st.DrawFn) -> list[Appris]:
    """Livrés, relivrés, finis, souscrits, rectifiés : toutes les rencontres, sur peu de sources."""
    f = Faits()
    fabriques = st.sampled_from(["livraison", "recuperation", "perte", "souscription", "fin"])
    faits: list[FaitRecu] = []
    for _ in range(draw(st.integers(1, 8))):
        source, le, heure = draw(SOURCES), draw(JOURS), draw(HEURES)
        match draw(fabriques):
            case "livraison":
                faits.append(f.livraison(source, le, draw(PRODUITS), heure=heure))
            case "recuperation":
                faits.append(f.recuperation(source, le, heure=heure))
            case "perte":
                faits.append(f.perte(source, le, heure=heure))
            case "souscription":
                faits.append(f.souscription(f"s-{source}", le))
            case _:
                faits.append(f.resiliation(f"s-{source}", le))
    return draw(st.permutations([*faits, *draw(des_rectifications(faits))]))


@given(faits=des_faits())
@settings(max_examples=150)
def test_fac_1_le_calcul_facture_exactement_les_abonnements(faits: list[Appris]) -> None:
    """Chaque abonnement se facture de son premier à son dernier jour; rien d'autre au mois."""
    mensualites: dict[tuple[str, str, UUID], list[Creance]] = defaultdict(list)
    for creance in calculer(sources(faits), tarification(), FINALE).creances:
        i = creance.identite
        if i.nature is Nature.ABONNEMENT:
            mensualites[i.source, i.tarif, creance.evenements[0]].append(creance)
    listes = de(*faits)
    assert len({(a.source, a.tarif, a.debut) for a in listes}) == len(listes)
    assert {
        cle: (min(c.identite.debut for c in liste), max(c.fin for c in liste if c.fin))
        for cle, liste in mensualites.items()
    } == {
        (a.source, a.tarif, a.evenement): (a.debut, min(a.fin or FINALE.fin, FINALE.fin))
        for a in listes
    }

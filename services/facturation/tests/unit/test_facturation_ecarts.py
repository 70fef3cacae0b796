"""Ce qui a changé depuis le document précédent, et les sous-totaux (FAC-9, FAC-16)."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from facturation.creances.domaine.faits import Appris
from facturation.factures.domaine.documents import de_projet
from facturation.factures.domaine.ecarts import Cause, Ecarts, Pli, comparer
from facturation.factures.domaine.sous_totaux import Axe, SousTotaux
from facturation.tarification.domaine.tarification import Tarification
from noyau import ZERO, Mois, Montant
from services.facturation.tests.builders import SEPTEMBRE, Faits, fiche, situation, tarification
from services.facturation.tests.histoires import des_actifs, des_versions, tarifs_de

OCTOBRE = SEPTEMBRE.suivant
AOUT = SEPTEMBRE.precedent


def plier(document: Mapping[str, Any] | None) -> Pli:
    pli = Pli()
    pli.ajouter(document["lignes"] if document else ())
    return pli


def emettre(
    mois: list[Mois], faits: list[Appris], tarifs: Tarification | None = None
) -> list[dict[str, Any]]:
    """Les documents de ces mois de suite, chacun moins ce que les précédents ont facturé."""
    deja: dict[Any, Montant] = {}
    documents = []
    for un in mois:
        projet = situation(faits, tarifs, deja=deja).projeter(un)
        for ligne in projet.lignes:
            deja[ligne.identite] = deja.get(ligne.identite, ZERO) + ligne.montant
        documents.append(de_projet(projet))
    return documents


def ecarts(faits: list[Appris], tarifs: Tarification | None = None) -> Ecarts:
    """De septembre à octobre."""
    _, avant, maintenant = emettre([AOUT, SEPTEMBRE, OCTOBRE], faits, tarifs)
    return comparer(plier(avant), plier(maintenant))


def dits(trouves: Ecarts) -> list[tuple[str, Cause, int, str]]:
    return [(t.tarif, p.cause, p.nombre, str(p.montant)) for t in trouves.tarifs for p in t.parts]


def test_fac_9_un_abonnement_qui_ne_change_pas_ne_se_dit_pas() -> None:
    assert dits(ecarts([Faits().livraison("p", date(2026, 8, 1))])) == []


def test_fac_9_ajoute_puis_fini_chacun_a_son_tarif() -> None:
    f = Faits()
    faits: list[Appris] = [
        f.livraison("fini", date(2026, 8, 1)),
        f.recuperation("fini", date(2026, 10, 1)),
        f.livraison("neuf", date(2026, 10, 1), "PORTABLE-14"),
    ]
    assert dits(ecarts(faits)) == [
        ("POSTE-01", Cause.FINS, 1, "-147.00"),
        ("POSTE-03", Cause.AJOUTS, 1, "219.00"),
    ]


def test_fac_9_un_mois_entame_se_complete_le_mois_suivant() -> None:
    """147 × 15 ÷ 30 = 73,50 en septembre; 147 en octobre."""
    assert dits(ecarts([Faits().livraison("p", date(2026, 9, 16))])) == [
        ("POSTE-01", Cause.PRORATA, 1, "73.50")
    ]


def test_fac_9_un_prix_qui_change_se_dit_a_part_des_jours() -> None:
    """Septembre : 147 × 15 ÷ 30 = 73,50. Octobre : 150. Les jours, 73,50; le prix, 3."""
    tarifs = tarification(fiche(), fiche(2, date(2026, 10, 1), POSTE_01="150"))
    assert dits(ecarts([Faits().livraison("p", date(2026, 9, 16))], tarifs)) == [
        ("POSTE-01", Cause.PRIX, 1, "3.00"),
        ("POSTE-01", Cause.PRORATA, 1, "73.50"),
    ]


def test_fac_9_un_prix_change_au_milieu_du_mois_n_est_qu_un_prix() -> None:
    """Octobre : 147 × 10 ÷ 31 + 178 × 21 ÷ 31 = 47,42 + 120,58 = 168,00; 21 de plus."""
    tarifs = tarification(fiche(), fiche(2, date(2026, 10, 11), POSTE_01="178"))
    assert dits(ecarts([Faits().livraison("p", date(2026, 8, 1))], tarifs)) == [
        ("POSTE-01", Cause.PRIX, 1, "21.00")
    ]


def test_fac_9_les_actes_du_mois_remplacent_ceux_du_mois_precedent() -> None:
    f = Faits()
    faits: list[Appris] = [
        f.travail("a", date(2026, 9, 9), 60),
        f.travail("b", date(2026, 10, 9), 120),
        f.travail("c", date(2026, 10, 9), 60),
    ]
    assert dits(ecarts(faits)) == [
        ("AMENAGEMENT-BUR", Cause.ACTES, 2, "189.00"),
        ("AMENAGEMENT-BUR", Cause.ACTES_PRECEDENTS, 1, "-63.00"),
    ]


def test_fac_9_une_correction_du_mois_precedent_ne_se_repete_pas() -> None:
    """Août manquait à septembre, qui l'a régularisé."""
    avant, maintenant = emettre([SEPTEMBRE, OCTOBRE], [Faits().livraison("p", date(2026, 8, 1))])
    trouves = comparer(plier(avant), plier(maintenant))
    assert dits(trouves) == [("POSTE-01", Cause.CORRECTIONS_PRECEDENTES, 1, "-147.00")]
    assert (trouves.avant, trouves.maintenant) == (Montant(29400), Montant(14700))


def test_fac_9_un_premier_document_est_tout_entier_ajoute() -> None:
    (premier,) = emettre([SEPTEMBRE], [Faits().livraison("p", date(2026, 9, 1))])
    assert dits(comparer(Pli(), plier(premier))) == [("POSTE-01", Cause.AJOUTS, 1, "147.00")]


@given(faits=des_actifs(), versions=des_versions())
@settings(max_examples=150)
def test_fac_9_les_parts_somment_exactement_a_la_difference(
    faits: list[Appris], versions: list[Any]
) -> None:
    mois = [Mois(2026, m) for m in range(4, 13)]
    documents = emettre(mois, faits, tarifs_de(versions))
    for avant, maintenant in pairwise([None, *documents]):
        trouves = comparer(plier(avant), plier(maintenant))
        attendu = Montant.de(maintenant["total_avant_taxes"]) if maintenant else ZERO
        attendu -= Montant.de(avant["total_avant_taxes"]) if avant else ZERO
        assert trouves.montant == attendu
        assert sum((t.montant for t in trouves.tarifs), ZERO) == attendu
        assert sum((p.montant for p in trouves.parts), ZERO) == attendu
        assert all(p.nombre for p in trouves.parts)


@given(faits=des_actifs(), lot=st.integers(1, 5))
@settings(max_examples=50)
def test_fac_16_chaque_axe_somme_au_total(faits: list[Appris], lot: int) -> None:
    """Lot de lignes par lot de lignes, ou d'un coup."""
    (document,) = emettre([Mois(2026, 12)], faits)
    compte, lignes = SousTotaux(), document["lignes"]
    for debut in range(0, len(lignes), lot):
        compte.ajouter(lignes[debut : debut + lot])
    for axe in Axe:
        assert sum((s.montant for s in compte.par(axe)), ZERO) == compte.total
        assert sum(s.nombre for s in compte.par(axe)) == len(lignes)
    assert str(compte.total) == document["total_avant_taxes"]


def test_fac_16_ce_qui_n_a_pas_d_imputation_vient_a_la_fin() -> None:
    f = Faits()
    faits: list[Appris] = [
        f.livraison("a", date(2026, 9, 1), imputation="9000", site="QUE"),
        f.livraison("b", date(2026, 9, 1), imputation="2100", site="QUE"),
        f.livraison("c", date(2026, 9, 1)),
    ]
    (document,) = emettre([SEPTEMBRE], faits)
    compte = SousTotaux()
    compte.ajouter(document["lignes"])
    assert [s.valeur for s in compte.par(Axe.IMPUTATION)] == ["2100", "9000", None]
    assert [(s.valeur, s.nombre, str(s.montant)) for s in compte.par(Axe.SITE)] == [
        ("QUE", 2, "294.00"),
        (None, 1, "147.00"),
    ]

"""L'oracle se tient lui-même : ses totaux sont ceux de ses lignes, ses jours ceux qu'il nomme."""

import re
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

from demo.attendu import FactureAttendue, MesureAttendue, lire_attendu
from demo.scenario.gestes import Verbe
from demo.scenario.lecture import lire_scenario

ATTENDU = lire_attendu()
OUVRABLES = {1, 2, 3, 4, 8, 9, 10, 11, *range(14, 19), *range(21, 26), 28, 29, 30}
DELAIS = {"PT-1": 10, "PT-2": 10, "PT-3": 4, "PT-6": 8, "PT-9": 2}
JUGEES = [m for m in ATTENDU.mesures if m.jours is not None]


def test_chaque_demande_du_scenario_a_son_attendu() -> None:
    mesurees = {m.cle for m in ATTENDU.mesures}
    assert len(mesurees) == len(ATTENDU.mesures)
    assert mesurees.isdisjoint(ATTENDU.sans_mesure)
    assert mesurees.union(ATTENDU.sans_mesure) == {d.cle for d in lire_scenario().demandes}
    assert all(m.raisonnement for m in ATTENDU.mesures)


@pytest.mark.parametrize("mesure", JUGEES, ids=lambda m: m.cle)
def test_les_jours_comptes_sont_ceux_que_le_raisonnement_nomme(mesure: MesureAttendue) -> None:
    """SLA-2 : des jours ouvrables, après J0, autant que de jours comptés."""
    nommes = re.search(r"Comptés : ([\d, ]+)", mesure.raisonnement)
    assert nommes is not None
    jours = [int(jour) for jour in nommes[1].split(",") if jour.strip()]
    j0 = re.search(r"J0 = (\d+)", mesure.raisonnement)
    assert j0 is not None
    assert len(jours) == mesure.jours
    assert jours == sorted(set(jours) & OUVRABLES)
    assert min(jours) > int(j0[1])


@pytest.mark.parametrize("mesure", JUGEES, ids=lambda m: m.cle)
def test_le_verdict_suit_du_delai(mesure: MesureAttendue) -> None:
    assert mesure.indicateur is not None
    assert mesure.jours is not None
    tenue = mesure.jours <= DELAIS[mesure.indicateur]
    assert mesure.verdict == ("conforme" if tenue else "manquee")


def test_les_taux_comptent_les_mesures_de_l_oracle() -> None:
    """SLA-4 : conformes ÷ mesurées; l'ajusté sans les exclues; « tous » est la somme."""
    comptes: dict[tuple[str | None, str | None], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for mesure in JUGEES:
        conforme = mesure.verdict == "conforme"
        for organisme in (mesure.cle.partition("-")[0], None):
            compte = comptes[mesure.indicateur, organisme]
            compte[0] += conforme
            compte[1] += 1
            compte[2] += conforme and not mesure.exclue
            compte[3] += not mesure.exclue
    attendus = {(t.indicateur, t.organisme): [*t.brut, *t.ajuste] for t in ATTENDU.taux}
    assert {cle: compte for cle, compte in attendus.items() if cle[0] in DELAIS} == comptes
    ailleurs = {
        cle: compte for cle, compte in attendus.items() if cle[0] not in DELAIS and any(compte)
    }
    assert ailleurs == {("IC-2", "MTQ"): [1] * 4, ("IC-2", None): [1] * 4}, "le contrat du MTQ"


@pytest.mark.parametrize("facture", ATTENDU.factures, ids=lambda f: f.organisme)
def test_les_totaux_sont_la_somme_des_lignes_et_ses_taxes(facture: FactureAttendue) -> None:
    """FAC-1, FAC-10 : les taxes une fois, sur la somme."""
    somme = sum((ligne.montant for ligne in facture.lignes), Decimal(0))
    assert somme == facture.totaux["total_avant_taxes"]
    taxable = facture.organisme == "SAAQ"
    tps, tvq = (
        (somme * Decimal(taux) * taxable).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for taux in ("0.05", "0.09975")
    )
    assert (facture.totaux["tps"], facture.totaux["tvq"]) == (tps, tvq)
    assert facture.totaux["total"] == somme + tps + tvq


@pytest.mark.parametrize("facture", ATTENDU.factures, ids=lambda f: f.organisme)
def test_un_prorata_ecrit_donne_son_montant(facture: FactureAttendue) -> None:
    """FAC-1 : « 233 × 7 ÷ 30 » se refait du texte."""
    refaits = 0
    for ligne in facture.lignes:
        if prorata := re.match(r"(?:.*; )?([\d,]+) × (\d+) ÷ 30", ligne.raisonnement):
            prix = Decimal(prorata[1].replace(",", "."))
            montant = (prix * int(prorata[2]) / 30).quantize(Decimal("0.01"), ROUND_HALF_UP)
            assert montant == ligne.montant, ligne.nom
            refaits += 1
    assert refaits >= 8


def test_l_itsm_doit_recevoir_ce_que_le_scenario_fait() -> None:
    """DEM-10 : un webhook par geste qui change la vie d'une demande."""
    gestes = Counter(g.verbe for d in lire_scenario().demandes for g in d.gestes)
    assert ATTENDU.itsm["demande.créée"] == gestes[Verbe.CREATION]
    assert ATTENDU.itsm["demande.approuvée"] == gestes[Verbe.APPROBATION]
    assert ATTENDU.itsm["demande.refusée"] == gestes[Verbe.REFUS]
    assert ATTENDU.itsm["demande.annulée"] == gestes[Verbe.ANNULATION]
    assert ATTENDU.itsm["demande.rouverte"] == gestes[Verbe.REOUVERTURE]
    finies = sum(ATTENDU.itsm[f"demande.{fin}"] for fin in ("refusée", "annulée"))
    rouvertes = ATTENDU.itsm["demande.rouverte"]
    assert ATTENDU.itsm["demande.complétée"] == gestes[Verbe.CREATION] - finies + rouvertes

"""L'oracle se tient lui-même : ses totaux sont ceux de ses lignes, ses jours ceux qu'il nomme."""

import re
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest

from demo.attendu import (
    ChiffreAttendu,
    FactureAttendue,
    LigneAttendue,
    MesureAttendue,
    lire_attendu,
)
from demo.scenario.gestes import Verbe
from demo.scenario.lecture import lire_scenario

ATTENDU = lire_attendu()
FACTURES = (*ATTENDU.factures, *ATTENDU.suivantes)
TAUX = {"tps": Decimal("0.05"), "tvq": Decimal("0.09975")}
ZERO = Decimal(0)


def nommer(facture: FactureAttendue) -> str:
    return f"{facture.organisme}, {len(facture.lignes)} lignes"


OUVRABLES = {1, 2, 3, 4, 8, 9, 10, 11, *range(14, 19), *range(21, 26), 28, 29, 30}
EN_MINUTES = dict.fromkeys(("PT-4", "PT-5", "VI-7"))
"""Recomptés dans test_demo_niveaux."""
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
        cle: compte
        for cle, compte in attendus.items()
        if cle[0] not in DELAIS | EN_MINUTES and any(compte)
    }
    seuls = [(code, qui) for code in ("IC-1", "IC-2", "PT-7") for qui in ("MTQ", None)]
    assert ailleurs == dict.fromkeys(seuls, [1] * 4), "le contrat et le secteur du MTQ"


@pytest.mark.parametrize(
    "facture", FACTURES, ids=lambda f: f"{f.organisme}, {len(f.lignes)} lignes"
)
def test_les_totaux_sont_la_somme_des_lignes_et_ses_taxes(facture: FactureAttendue) -> None:
    """FAC-1, FAC-10 : les taxes une fois, sur la somme."""
    somme = sum((ligne.montant for ligne in facture.lignes), Decimal(0))
    assert somme == facture.totaux["total_avant_taxes"]
    taxable = facture.organisme == "SAAQ"
    tps, tvq = (_cent(somme * taux * taxable) for taux in TAUX.values())
    assert (facture.totaux["tps"], facture.totaux["tvq"]) == (tps, tvq)
    assert facture.totaux["total"] == somme + tps + tvq


@pytest.mark.parametrize(
    "facture", FACTURES, ids=lambda f: f"{f.organisme}, {len(f.lignes)} lignes"
)
def test_un_prorata_ecrit_donne_son_montant(facture: FactureAttendue) -> None:
    """FAC-1 : « 233 × 7 ÷ 30 » se refait du texte."""
    refaits = 0
    for ligne in facture.lignes:
        if prorata := re.match(r"(?:.*[;:] )?([\d,]+) × (\d+) ÷ (3[01])\b", ligne.raisonnement):
            montant = _cent(_nombre(prorata[1]) * int(prorata[2]) / int(prorata[3]))
            assert montant == ligne.montant, ligne.nom
            refaits += 1
    assert refaits >= (8 if facture in ATTENDU.factures else 2)


@pytest.mark.parametrize("facture", ATTENDU.suivantes, ids=lambda f: f.organisme)
def test_un_mois_entier_est_au_prix_du_prorata_de_septembre(facture: FactureAttendue) -> None:
    """FAC-1 : « tout le mois » au prix que nomme le prorata de septembre, sans fraction."""
    (avant,) = [f for f in ATTENDU.factures if f.organisme == facture.organisme]
    prix = {
        (ligne.nom, ligne.tarif): _nombre(ecrit[1])
        for ligne in avant.lignes
        if (ecrit := re.match(r"(?:.*[;:] )?([\d,]+) × \d+ ÷ 30", ligne.raisonnement))
    }
    entiers = [li for li in facture.lignes if li.raisonnement.startswith("tout le mois")]
    assert len(entiers) >= 8
    for ligne in entiers:
        assert ligne.montant == _cent(prix[ligne.nom, ligne.tarif]), ligne.nom


def test_fac_9_les_causes_somment_a_la_difference() -> None:
    """Chaque écart est celui des deux factures de l'oracle, et la somme de ses causes."""
    ecarts = ATTENDU.vie["ecarts"]
    for avant, apres in zip(ATTENDU.factures, ATTENDU.suivantes, strict=True):
        code = avant.organisme
        siens = {n.removeprefix(f"{code}, "): c for n, c in ecarts.items() if n.startswith(code)}
        totaux = [f.totaux["total_avant_taxes"] for f in (avant, apres)]
        assert [_valeur(siens[n]) for n in ("avant", "maintenant")] == totaux
        causes = [_valeur(c) for n, c in siens.items() if n.endswith(", montant")]
        assert _valeur(siens["écart"]) == totaux[1] - totaux[0] == sum(causes)


def test_fac_9_les_termes_d_une_cause_font_sa_somme() -> None:
    """« 65,70 + 3,00 − … » se refait du texte, hors ce qui y est dit entre parenthèses."""
    refaites = 0
    for nom, chiffre in ATTENDU.vie["ecarts"].items():
        texte = re.sub(r" \([^)]*\)", "", chiffre.raisonnement)
        if nom.endswith(", montant") and re.fullmatch(r"[-+ \d,]+", texte):
            termes = re.findall(r"([-+]? ?)((?:\d+ )*\d+,\d\d)", texte)
            somme = sum((_nombre(t) * (-1 if "-" in signe else 1) for signe, t in termes), ZERO)
            assert abs(somme) == abs(_valeur(chiffre)), nom
            refaites += 1
    assert refaites >= 8


def test_fac_13_la_taxe_rendue_est_celle_de_la_facture_moins_celle_de_ce_qui_reste() -> None:
    dit = {nom: chiffre.valeur for nom, chiffre in ATTENDU.vie["contestation"].items()}
    (facture,) = [f for f in ATTENDU.factures if f.organisme == "SAAQ"]
    accorde = Decimal(dit["accordé"])
    reste = facture.totaux["total_avant_taxes"] - accorde
    tps, tvq = (_cent(reste * taux) - facture.totaux[nom] for nom, taux in TAUX.items())
    assert (tps, tvq) == (Decimal(dit["note, TPS"]), Decimal(dit["note, TVQ"]))
    assert -tps != _cent(accorde * TAUX["tps"]), "un exemple où le prorata du crédit se trompe"
    assert Decimal(dit["note, avant taxes"]) == -accorde
    assert Decimal(dit["note, total"]) == tps + tvq - accorde
    assert accorde == _cent(Decimal("955.56") / 30), "un jour de septembre"


def test_fac_11_la_simulation_se_refait_des_factures_qui_l_ont_suivie() -> None:
    """Après : les lignes d'octobre. Avant : les mêmes, POSTE-04 au prix d'avant le 16."""
    dit = {nom: Decimal(chiffre.valeur) for nom, chiffre in ATTENDU.vie["simulation"].items()}
    totaux = Counter[str]()
    for facture in ATTENDU.suivantes:
        code = facture.organisme
        du_mois = [ligne for ligne in facture.lignes if ligne.debut.month == 10]
        apres = sum((ligne.montant for ligne in du_mois), ZERO)
        postes = defaultdict[str, list[LigneAttendue]](list)
        for ligne in du_mois:
            if ligne.tarif == "POSTE-04":
                postes[ligne.nom].append(ligne)
        debuts = [min(ligne.debut.day for ligne in lignes) for lignes in postes.values()]
        tel_quel = sum((_cent(Decimal(245) * (32 - debut) / 31) for debut in debuts), ZERO)
        change = sum((ligne.montant for lignes in postes.values() for ligne in lignes), ZERO)
        assert dit[f"{code}, après"] == dit[f"{code}, facturé ensuite"] == apres
        assert dit[f"{code}, avant"] == apres - change + tel_quel
        assert dit[f"{code}, abonnements touchés"] == len(postes)
        totaux += Counter({"avant": apres - change + tel_quel, "après": apres})
        totaux += Counter({"POSTE-04 avant": tel_quel, "POSTE-04 après": change})
    assert dict(totaux) == {nom: dit[nom] for nom in totaux}
    assert dit["écart"] == dit["après"] - dit["avant"]


def test_fac_17_les_comptes_se_refont_des_documents_et_des_reglements() -> None:
    dit = {nom: Decimal(chiffre.valeur) for nom, chiffre in ATTENDU.vie["comptes"].items()}
    note = Decimal(ATTENDU.vie["contestation"]["note, total"].valeur)
    payes = {r["organisme"]: Decimal(r["montant"]) for r in lire_scenario().suite["reglements"]}
    for avant, apres in zip(ATTENDU.factures, ATTENDU.suivantes, strict=True):
        code, credit = avant.organisme, note if avant.organisme == "SAAQ" else ZERO
        de_septembre, d_octobre = avant.totaux["total"], apres.totaux["total"]
        reste = de_septembre + credit - payes[code]
        assert dit[f"{code}, factures"] == de_septembre + d_octobre
        assert dit[f"{code}, notes de crédit"] == credit
        assert dit[f"{code}, règlements"] == payes[code]
        assert dit[f"{code}, solde"] == reste + d_octobre
        assert dit[f"{code}, non échu"] == d_octobre
        assert dit[f"{code}, en retard de 1 à 30 jours"] == reste


def _cent(somme: Decimal) -> Decimal:
    return somme.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _nombre(ecrit: str) -> Decimal:
    """« 2 048,75 » ou « 219 »."""
    return Decimal(ecrit.replace(" ", "").replace(",", "."))


def _valeur(chiffre: ChiffreAttendu) -> Decimal:
    return Decimal(chiffre.valeur)


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

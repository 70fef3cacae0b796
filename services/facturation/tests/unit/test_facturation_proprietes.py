"""Le calcul jugé par un oracle naïf, et la règle « dû moins déjà facturé » par des histoires."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.faits import Appris, sources
from facturation.factures.domaine.documents import de_projet
from facturation.factures.domaine.factures import Projet
from facturation.tarification.domaine.tarification import Tarification
from facturation.tarification.domaine.tarifs import VersionFiche, VersionPrix
from noyau import ZERO, Mois, Montant
from services.facturation.tests import oracle_facturation as oracle
from services.facturation.tests.builders import ORIGINE, Faits, a, situation, tarification
from services.facturation.tests.histoires import (
    des_actifs,
    des_fiches_d_abonnements,
    des_souscriptions,
    des_versions,
    tarifs_de,
)

FINALE = Mois(2027, 1)


@given(faits=des_actifs(), versions=des_versions())
@settings(max_examples=300)
def test_fac_1_fac_2_le_calcul_egale_l_oracle_jour_par_jour(
    faits: list[Appris], versions: list[VersionFiche | VersionPrix]
) -> None:
    """Vies, heures et rectifications comprises (DEM-13)."""
    egaler_l_oracle(faits, tarifs_de(versions))


@given(faits=des_souscriptions(), fiches=des_fiches_d_abonnements())
@settings(max_examples=150)
def test_fac_1_fac_5_les_abonnements_sans_actif_egalent_l_oracle(
    faits: list[Appris], fiches: list[VersionFiche]
) -> None:
    """Vies, frais uniques, engagements, préavis, tarifs finis, rectifications compris."""
    egaler_l_oracle(faits, tarification(*fiches))


def egaler_l_oracle(faits: list[Appris], tarifs: Tarification) -> None:
    attendu = oracle.totaux(faits, tarifs, FINALE.fin)
    obtenu: dict[oracle.Cle, list[int]] = defaultdict(list)
    calcul = calculer(sources(faits), tarifs, FINALE)
    assert len({c.identite for c in calcul.creances}) == len(calcul.creances)
    for c in calcul.creances:
        periode = c.identite.periode
        cle = (c.identite.source, c.identite.tarif, periode.annee, periode.mois)
        obtenu[cle].append(c.montant.cents)
    assert {cle: sorted(c for c in s if c) for cle, s in obtenu.items() if any(s)} == attendu


@dataclass
class GrandLivre:
    """Ce qui a été facturé, tenu comme la base le tiendrait."""

    deja: dict[Identite, Montant]
    emises: dict[Mois, str]

    def emettre(self, projet: Projet) -> None:
        if not projet.lignes:
            return
        self.emises[projet.periode] = "2026-2027-000001"
        for ligne in projet.lignes:
            assert ligne.montant
            self.deja[ligne.identite] = self.deja.get(ligne.identite, ZERO) + ligne.montant


@given(data=st.data())
@settings(max_examples=100)
def test_fac_6_fac_7_le_cumul_facture_est_le_du_quel_que_soit_l_ordre(data: st.DataObject) -> None:
    """Faits en retard, en désordre, répétés ou rectifiés, tarifs tardifs : le cumul est le dû."""
    faits: list[Appris] = data.draw(des_actifs())
    versions = data.draw(des_versions())
    arrivees = data.draw(st.permutations([*faits, *faits[:2], *versions]))
    lot = data.draw(st.integers(1, 4))
    recus: list[Appris] = []
    connues: list[VersionFiche | VersionPrix] = []
    livre = GrandLivre({}, {})
    periode = Mois(2026, 4)
    while periode <= FINALE:
        for recu in arrivees[:lot] if periode < FINALE else arrivees:
            if isinstance(recu, VersionFiche | VersionPrix):
                connues.append(recu)
            else:
                recus.append(recu)
        arrivees = arrivees[lot:]
        une_situation = situation(
            recus, tarifs_de(connues), deja=dict(livre.deja), emises=dict(livre.emises)
        )
        projet = une_situation.projeter(periode)
        assert de_projet(projet) == de_projet(une_situation.projeter(periode))
        livre.emettre(projet)
        periode = periode.suivant
    calcul = calculer(sources(faits), tarifs_de(versions), FINALE)
    creances = {c.identite: c.montant for c in calcul.creances if c.montant}
    assert {i: m for i, m in livre.deja.items() if m} == creances


@given(faits=des_actifs(), versions=des_versions(), data=st.data())
@settings(max_examples=50)
def test_dem_12_l_ordre_et_les_doublons_ne_changent_pas_le_projet(
    faits: list[Appris], versions: list[VersionFiche | VersionPrix], data: st.DataObject
) -> None:
    f = Faits("RAMQ")
    interventions = [
        f.intervention("i", date(2026, 9, 8), 70),
        f.intervention("i", date(2026, 9, 9), 20, cloture=True, deplacement=True),
    ]
    redatee = f.rectification(interventions[0], a(date(2026, 9, 9), 8))
    faits = [*faits, *interventions, redatee]
    melange = data.draw(st.permutations([*faits, *faits]))
    tarifs = tarifs_de(versions)
    droit = situation(faits, tarifs).projeter(FINALE)
    tordu = situation(melange, tarifs).projeter(FINALE)
    assert de_projet(droit) == de_projet(tordu)
    assert droit.attentes == tordu.attentes


def test_fac_7_une_recuperation_tardive_rend_ce_qui_etait_facture_de_trop() -> None:
    f = Faits()
    livraison = f.livraison("p", ORIGINE)
    septembre, octobre = Mois(2026, 9), Mois(2026, 10)
    deja = {
        c.identite: c.montant
        for c in calculer(sources([livraison]), tarification(), septembre).creances
    }
    tardif = situation([livraison, f.recuperation("p", date(2026, 9, 12))], deja=deja)
    (ligne,) = tardif.projeter(octobre).lignes
    # 147 × 11 ÷ 30 = 53,90 dus, 147 facturés
    assert str(ligne.montant) == "-93.10"
    assert str(ligne.identite.periode) == "2026-09"
    assert ligne.calcul == "147,00\xa0$ × 11 ÷ 30 − déjà facturé 147,00\xa0$"


def test_fac_7_ce_qui_n_est_plus_du_se_rend_en_entier_et_se_montre() -> None:
    f = Faits()
    livraison = f.livraison("p", ORIGINE)
    deja = {
        c.identite: c.montant
        for c in calculer(sources([livraison]), tarification(), Mois(2026, 9)).creances
    }
    fin = f.recuperation("p", date(2026, 8, 1))
    projet = situation([livraison, fin], deja=deja).projeter(Mois(2026, 10))
    assert [(str(x.identite.periode), str(x.montant)) for x in projet.lignes] == [
        ("2026-08", "-147.00"),
        ("2026-09", "-147.00"),
    ]
    assert projet.lignes[0].evenements == (livraison.acte_id, fin.acte_id)
    document = de_projet(projet)
    assert document["lignes"][0]["calcul"] == "0,00\xa0$ − déjà facturé 147,00\xa0$"
    assert document["lignes"][0]["regularisation"] is True

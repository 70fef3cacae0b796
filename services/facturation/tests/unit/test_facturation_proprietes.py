"""Le calcul jugé par un oracle naïf, et la règle « dû moins déjà facturé » par des histoires."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Identite
from facturation.creances.domaine.faits import FaitRecu
from facturation.factures.domaine.documents import de_projet
from facturation.factures.domaine.factures import Projet
from facturation.tarification.domaine import Tarification, VersionFiche, VersionPrix
from noyau import ZERO, Mois, Montant
from services.facturation.tests import oracle_facturation as oracle
from services.facturation.tests.builders import ORIGINE, Faits, fiche, prix, situation, tarification

JOURS = st.dates(date(2026, 4, 1), date(2026, 12, 31))
MONTANTS = st.decimals("0.01", "700", places=2).map(str)
PRODUITS = st.sampled_from(["BUREAU-STD", "PORTABLE-14", "ECRAN-24", "VIRTUEL-M"])
FINALE = Mois(2027, 1)


@st.composite
def des_actifs(draw: st.DrawFn, maximum: int = 6) -> list[FaitRecu]:
    fabrique, faits = Faits(), list[FaitRecu]()
    for rang in range(draw(st.integers(1, maximum))):
        livre, produit = draw(JOURS), draw(PRODUITS)
        quantite = draw(st.integers(1, 3))
        faits.append(fabrique.livraison(f"actif-{rang}", livre, produit, quantite))
        fin = draw(st.sampled_from(["", "récupération", "perte"]))
        jour = livre + timedelta(days=draw(st.integers(0, 120)))
        if fin == "récupération":
            faits.append(fabrique.recuperation(f"actif-{rang}", jour, produit))
        elif fin == "perte":
            faits.append(fabrique.perte(f"actif-{rang}", jour, produit))
    return faits


@st.composite
def des_versions(draw: st.DrawFn) -> list[VersionFiche | VersionPrix]:
    fiches = [
        fiche(version, draw(JOURS), POSTE_01=draw(MONTANTS), POSTE_03=draw(MONTANTS))
        for version in range(2, 2 + draw(st.integers(0, 3)))
    ]
    tous_les_prix = [
        prix("VIRTUEL-M", draw(MONTANTS), version, draw(JOURS))
        for version in range(2, 2 + draw(st.integers(0, 3)))
    ]
    return [*fiches, *tous_les_prix]


def tarifs_de(versions: list[VersionFiche | VersionPrix]) -> Tarification:
    fiches = [v for v in versions if isinstance(v, VersionFiche)]
    return tarification(
        fiche(), *fiches, prix_ropn=[v for v in versions if isinstance(v, VersionPrix)]
    )


@given(faits=des_actifs(), versions=des_versions())
@settings(max_examples=150)
def test_fac_1_fac_2_le_calcul_egale_l_oracle_jour_par_jour(
    faits: list[FaitRecu], versions: list[VersionFiche | VersionPrix]
) -> None:
    tarifs = tarifs_de(versions)
    attendu = oracle.totaux(faits, tarifs, FINALE.fin)
    obtenu: dict[oracle.Cle, list[int]] = defaultdict(list)
    for c in calculer(faits, tarifs, FINALE).creances:
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
    """Faits en retard, en désordre ou répétés, tarifs tardifs : à la fin, le cumul est le dû."""
    faits: list[FaitRecu] = data.draw(des_actifs())
    versions = data.draw(des_versions())
    arrivees = data.draw(st.permutations([*faits, *faits[:2], *versions]))
    lot = data.draw(st.integers(1, 4))
    recus: list[FaitRecu] = []
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
    calcul = calculer(faits, tarifs_de(versions), FINALE)
    creances = {c.identite: c.montant for c in calcul.creances if c.montant}
    assert {i: m for i, m in livre.deja.items() if m} == creances


@given(faits=des_actifs(), versions=des_versions(), data=st.data())
@settings(max_examples=50)
def test_fac_7_l_ordre_et_les_doublons_ne_changent_pas_le_projet(
    faits: list[FaitRecu], versions: list[VersionFiche | VersionPrix], data: st.DataObject
) -> None:
    f = Faits("RAMQ")
    heures: list[FaitRecu] = [
        f.intervention("i", date(2026, 9, 8), 70),
        f.amenagement("x", ORIGINE, AMENAGEMENT_BUR=20),
    ]
    cloture = f.intervention("i", date(2026, 9, 9), 20, cloture=True, deplacement=True)
    faits = [*faits, *heures, cloture]
    melange = data.draw(st.permutations([*faits, *faits]))
    tarifs = tarifs_de(versions)
    droit = situation(faits, tarifs).projeter(FINALE)
    tordu = situation(melange, tarifs).projeter(FINALE)
    assert [(x.identite, x.montant) for x in droit.lignes] == [
        (x.identite, x.montant) for x in tordu.lignes
    ]


def test_fac_7_une_recuperation_tardive_rend_ce_qui_etait_facture_de_trop() -> None:
    f = Faits()
    livraison = f.livraison("p", ORIGINE)
    septembre, octobre = Mois(2026, 9), Mois(2026, 10)
    deja = {
        c.identite: c.montant for c in calculer([livraison], tarification(), septembre).creances
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
        c.identite: c.montant for c in calculer([livraison], tarification(), Mois(2026, 9)).creances
    }
    fin = f.recuperation("p", date(2026, 8, 1))
    projet = situation([livraison, fin], deja=deja).projeter(Mois(2026, 10))
    assert [(str(x.identite.periode), str(x.montant)) for x in projet.lignes] == [
        ("2026-08", "-147.00"),
        ("2026-09", "-147.00"),
    ]
    assert projet.lignes[0].evenements == (livraison.evenement, fin.evenement)
    document = de_projet(projet)
    assert document["lignes"][0]["calcul"] == "0,00\xa0$ − déjà facturé 147,00\xa0$"
    assert document["lignes"][0]["regularisation"] is True

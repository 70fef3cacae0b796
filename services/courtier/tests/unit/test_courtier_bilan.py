"""CI-19 : jamais commandé au-delà du montant; ce qui s'annonce, une fois; la courbe."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.catalogue.domaine import BASE
from courtier.consommation.domaine.bilan import (
    Bilan,
    MontantDepasse,
    SeuilAtteint,
    Variation,
    recompter,
)
from courtier.consommation.domaine.commandes import (
    Commande,
    FactureFournisseur,
    LigneCommandee,
    LigneVoulue,
    chiffrer,
    exiger_commandable,
    exiger_facturable,
)
from courtier.consommation.domaine.courbe import courbe
from courtier.contrats.domaine.courants import Changement
from courtier.contrats.domaine.fins import resilier
from courtier.contrats.domaine.ruptures import Lettre
from courtier.pieces.domaine import Visa
from noyau import ZERO, Conflit, Fait, Montant
from services.courtier.tests.builders import COURRIEL, GESTIONNAIRE, TABLEUR, acte
from services.courtier.tests.unit.test_courtier_avenant import contrat, revue

LE_8_OCTOBRE = datetime(2026, 10, 8, 13, tzinfo=UTC)
ACTE = acte(GESTIONNAIRE, LE_8_OCTOBRE)
ALERTES = (Decimal("0.75"), Decimal("0.90"))
CONTRAT = contrat()
VISA = Visa("gestionnaire-mtq", LE_8_OCTOBRE)


def commande(rang: int, cents: int) -> Commande:
    ligne = LigneCommandee(
        offre_id=COURRIEL, composante=BASE, quantite=None, mois=1, montant=Montant(cents)
    )
    return Commande(
        id=UUID(int=rang),
        organisme="MTQ",
        contrat_id=CONTRAT.id,
        bon=f"BC-{rang}",
        datee_le=date(2026, 10, 5),
        lignes=(ligne,),
        inscrite=VISA,
    )


def facture(rang: int, cents: int, de: UUID | None = None) -> FactureFournisseur:
    return FactureFournisseur(
        id=UUID(int=rang),
        organisme="MTQ",
        contrat_id=CONTRAT.id,
        numero=f"F-{rang}",
        datee_le=date(2026, 10, 5),
        montant=Montant(cents),
        commande_id=de,
        inscrite=VISA,
    )


def bilan() -> Bilan:
    return Bilan(contrat_id=CONTRAT.id, organisme="MTQ")


ACTES = st.lists(
    st.tuples(
        st.sampled_from(["commander", "annuler", "facturer", "rattacher", "defacturer"]),
        st.integers(0, 30),
        st.integers(1, 500_000),
    ),
    max_size=40,
)


@dataclass
class Monde:
    """Ce qui est commandé et facturé d'un contrat, et le bilan qu'on en tient à mesure."""

    tenu: Bilan = field(default_factory=lambda: Bilan(contrat_id=CONTRAT.id, organisme="MTQ"))
    commandes: dict[UUID, Commande] = field(default_factory=dict)
    factures: dict[UUID, FactureFournisseur] = field(default_factory=dict)

    def poser(self, rang: int, verbe: str, choix: int, cents: int) -> Variation:
        """Un acte, s'il a un objet; une commande de trop lève `Conflit`."""
        vives = [c for c in self.commandes.values() if c.annulation is None]
        payees = [f for f in self.factures.values() if f.annulation is None]
        if verbe == "commander":
            return self._commander(commande(rang, cents))
        if verbe == "annuler" and vives:
            visee = vives[choix % len(vives)]
            return self._changer(visee, visee.annuler("Doublon.", ACTE))
        if verbe == "defacturer" and payees:
            return self._defacturer(payees[choix % len(payees)])
        rattachee = vives[choix % len(vives)] if verbe == "rattacher" and vives else None
        return self._facturer(facture(rang, cents, None if rattachee is None else rattachee.id))

    def _commander(self, neuve: Commande) -> Variation:
        variation = Variation.de_commande(None, neuve)
        self.tenu.exiger_place(variation, CONTRAT.courants.montant)
        assert self.tenu.consomme + neuve.montant <= CONTRAT.courants.montant
        self.commandes[neuve.id] = neuve
        return variation

    def _changer(self, avant: Commande, apres: Commande) -> Variation:
        self.commandes[avant.id] = apres
        return Variation.de_commande(avant, apres)

    def _facturer(self, neuve: FactureFournisseur) -> Variation:
        self.factures[neuve.id] = neuve
        return Variation.de_facture(None, neuve) + self._payer(neuve, neuve.montant)

    def _defacturer(self, payee: FactureFournisseur) -> Variation:
        self.factures[payee.id] = payee.annuler("Doublon.", ACTE)
        variation = Variation.de_facture(payee, self.factures[payee.id])
        return variation + self._payer(payee, -payee.montant)

    def _payer(self, payee: FactureFournisseur, montant: Montant) -> Variation:
        if payee.commande_id is None:
            return Variation()
        avant = self.commandes[payee.commande_id]
        return self._changer(avant, avant.facturer(montant))


@given(ACTES)
def test_ci_19_tenu_a_mesure_le_bilan_est_celui_qu_on_recompte(
    suivis: Sequence[tuple[str, int, int]],
) -> None:
    """Et nulle commande ne le mène au-delà du montant du contrat."""
    limite, monde = CONTRAT.courants.montant, Monde()
    annonces = 0
    for rang, (verbe, choix, cents) in enumerate(suivis, 1):
        try:
            variation = monde.poser(rang, verbe, choix, cents)
        except Conflit:
            assert verbe == "commander"
            continue
        monde.tenu, faits = monde.tenu.varier(variation, CONTRAT, ALERTES, ACTE)
        annonces += sum(isinstance(fait, MontantDepasse) for fait in faits)
        assert annonces <= 1
        assert annonces == 1 or monde.tenu.consomme <= limite
    refait = recompter(monde.commandes.values(), monde.factures.values())
    tenu = monde.tenu
    assert Variation(tenu.commande, tenu.facture, tenu.consomme) == refait


def _varier(tenu: Bilan, cents: int, sur: object = None) -> tuple[Bilan, tuple[Fait, ...]]:
    neuve = Variation.de_facture(None, facture(1, cents))
    return tenu.varier(neuve, CONTRAT if sur is None else sur, ALERTES, ACTE)  # type: ignore[arg-type]


def test_ci_19_chaque_seuil_s_annonce_une_fois() -> None:
    tenu, faits = _varier(bilan(), 8_999_99)
    assert faits == ()
    tenu, faits = _varier(tenu, 1)
    assert [f.seuil for f in faits if isinstance(f, SeuilAtteint)] == [Decimal("0.75")]
    moins = Variation(consomme=Montant(-1), facture=Montant(-1))
    tenu, _ = tenu.varier(moins, CONTRAT, ALERTES, ACTE)
    tenu, faits = _varier(tenu, 1)
    assert faits == ()
    tenu, faits = _varier(tenu, 3_000_01)
    assert [type(f) for f in faits] == [SeuilAtteint, MontantDepasse]


def test_ci_19_le_depassement_d_un_montant_s_annonce_une_fois() -> None:
    """Comme un seuil : revenu dessous puis passé de nouveau, il ne se redit pas."""
    tenu, faits = _varier(bilan(), 12_000_01)
    assert isinstance(faits[-1], MontantDepasse)
    moins = Variation(consomme=Montant(-1), facture=Montant(-1))
    tenu, _ = tenu.varier(moins, CONTRAT, ALERTES, ACTE)
    tenu, faits = _varier(tenu, 1)
    assert faits == ()
    plus_haut = CONTRAT.avec(Changement(quantites=(revue((7, 24, 60)),)))
    tenu, faits = _varier(tenu, 4_500_00, plus_haut)
    assert [type(f) for f in faits] == [SeuilAtteint, SeuilAtteint, MontantDepasse]


def test_ci_19_un_avenant_qui_porte_plus_haut_rearme_ce_qui_n_est_plus_atteint() -> None:
    tenu, _ = _varier(bilan(), 11_000_00)
    plus_haut = CONTRAT.avec(Changement(quantites=(revue((7, 24, 60)),)))
    # 11 000 de 16 500 : sous les trois quarts; puis 12 375, les trois quarts justes.
    tenu, faits = _varier(tenu, 1_374_99, plus_haut)
    assert faits == ()
    tenu, faits = _varier(tenu, 1, plus_haut)
    assert [f.seuil for f in faits if isinstance(f, SeuilAtteint)] == [Decimal("0.75")]


@pytest.mark.parametrize(
    ("quantite", "mois", "cents"), [(10, 1, 12_500), (10, 3, 37_500), (1, 24, 30_000)]
)
def test_ci_19_une_commande_se_chiffre_au_prix_du_contrat(
    quantite: int, mois: int, cents: int
) -> None:
    voulue = LigneVoulue(offre_id=COURRIEL, composante=BASE, quantite=quantite, mois=mois)
    [ligne] = chiffrer([voulue], CONTRAT, date(2026, 10, 31))
    assert ligne.montant == Montant(cents)


@pytest.mark.parametrize(
    "voulue",
    [
        LigneVoulue(offre_id=TABLEUR, composante=BASE, quantite=1),
        LigneVoulue(offre_id=COURRIEL, composante="soutien", quantite=1),
        LigneVoulue(offre_id=COURRIEL, composante=BASE, quantite=1, mois=25),
        LigneVoulue(offre_id=COURRIEL, composante=BASE, montant=Montant(1), mois=25),
    ],
)
def test_ci_19_hors_des_offres_du_contrat_rien_ne_se_commande(voulue: LigneVoulue) -> None:
    with pytest.raises(Conflit) as refus:
        chiffrer([voulue], CONTRAT, date(2026, 10, 5))
    assert refus.value.regle == "CI-19"


@pytest.mark.parametrize(
    ("jour", "permise"),
    [
        (date(2026, 9, 30), False),
        (date(2026, 10, 1), True),
        (date(2026, 10, 8), True),
        (date(2026, 10, 9), False),
    ],
)
def test_ci_19_une_commande_est_de_la_duree_et_d_aujourd_hui_au_plus(
    jour: date, permise: bool
) -> None:
    if permise:
        exiger_commandable(CONTRAT, jour, ACTE)
        return
    with pytest.raises(Conflit):
        exiger_commandable(CONTRAT, jour, ACTE)


def test_ci_19_resilie_un_contrat_ne_se_commande_pas_au_dela_de_son_effet() -> None:
    """Le mois que l'effet entame se commande encore; d'un terme, le dernier mois est le sien."""
    lettre = Lettre(UUID(int=1), "d" * 64, date(2026, 10, 5))
    resilie, _ = resilier(CONTRAT, date(2027, 4, 15), lettre, "Regroupement.", ACTE)
    a_l_effet = LigneVoulue(offre_id=COURRIEL, composante=BASE, quantite=1, mois=7)
    [ligne] = chiffrer([a_l_effet], resilie, date(2026, 10, 5))
    assert ligne.mois == 7
    au_dela = replace(a_l_effet, mois=8)
    with pytest.raises(Conflit, match="mois 7, le dernier") as refus:
        chiffrer([au_dela], resilie, date(2026, 10, 5))
    assert refus.value.regle == "CI-19"
    assert chiffrer([au_dela], CONTRAT, date(2026, 10, 5))
    a_temps, _ = resilier(CONTRAT, date(2027, 4, 1), lettre, "Regroupement.", ACTE)
    with pytest.raises(Conflit, match="mois 6, le dernier"):
        chiffrer([a_l_effet], a_temps, date(2026, 10, 5))


@pytest.mark.parametrize(
    ("consomme", "rendu", "dit", "reste"),
    [
        ("9500.00", None, "il en reste 2500.00 $.", "2500.00"),
        ("18000.00", None, "il est déjà dépassé de 6000.00 $.", "-6000.00"),
        ("9500.00", "400.00", "il en reste 2900.00 $, celle corrigée rendue.", "2900.00"),
        ("18000.00", "400.00", "dépassé de 5600.00 $ sans celle corrigée.", "-5600.00"),
    ],
)
def test_ci_19_le_refus_dit_ce_qui_reste_vraiment(
    consomme: str, rendu: str | None, dit: str, reste: str
) -> None:
    tenu = replace(bilan(), consomme=Montant.de(consomme))
    corrigee = None if rendu is None else Montant.de(rendu)
    nette = Montant.de("3000.00") - (corrigee or ZERO)
    with pytest.raises(Conflit) as refus:
        tenu.exiger_place(Variation(consomme=nette), Montant.de("12000.00"), corrigee)
    assert dit in refus.value.message
    assert (refus.value.details["reste"], refus.value.details["commande"]) == (reste, "3000.00")


def test_ci_19_une_facture_peut_suivre_la_fin_jamais_preceder_la_conclusion() -> None:
    plus_tard = acte(GESTIONNAIRE, datetime(2029, 1, 15, 13, tzinfo=UTC))
    exiger_facturable(CONTRAT, date(2029, 1, 10), plus_tard)
    for jour in (date(2026, 9, 7), date(2029, 1, 16)):
        with pytest.raises(Conflit):
            exiger_facturable(CONTRAT, jour, plus_tard)
    with pytest.raises(Conflit):
        exiger_facturable(replace(CONTRAT, signature_fournisseur=None), date(2026, 10, 5), ACTE)


def test_ci_19_la_courbe_somme_au_montant_et_garde_ce_qui_est_date_d_ailleurs() -> None:
    sommes = {date(2026, 9, 10): Montant(1), date(2029, 5, 1): Montant(2)}
    mois = courbe(CONTRAT, {date(2026, 11, 15): Montant(500)}, sommes)
    assert len(mois) == 24
    assert sum((m.prevu for m in mois), ZERO) == CONTRAT.courants.montant
    assert (mois[0].facture, mois[-1].facture) == (Montant(1), Montant(2))
    assert (mois[1].commande, mois[-1].commande_cumule) == (Montant(500), Montant(500))
    assert (mois[0].debut, mois[-1].fin) == (date(2026, 10, 1), date(2028, 10, 1))

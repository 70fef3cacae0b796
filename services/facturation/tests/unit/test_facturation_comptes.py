"""Les comptes : ce qui se règle, ce qui reste, et une identité qui tient à toute date (FAC-17)."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.comptes.domaine.etats import (
    Annee,
    EtatDeCompte,
    Horizon,
    Mouvement,
    SorteMouvement,
    derouler,
    etablir,
)
from facturation.comptes.domaine.reglements import AInscrire, Compte, Partie, Reglement
from facturation.comptes.domaine.soldes import Age, EtatDocument, Solde, crediter
from facturation.factures.domaine.factures import NatureDocument
from noyau import ZERO, Acte, Acteur, Conflit, Introuvable, Montant

FACTURE, NOTE = NatureDocument.FACTURE, NatureDocument.NOTE_DE_CREDIT
OCTOBRE = date(2026, 10, 1)
JANVIER = Horizon(le=date(2027, 1, 1), su_le=date(2027, 1, 1))
UN_AN = timedelta(days=366)


def acte(le: date) -> Acte:
    return Acte(Acteur("facturation-1"), datetime.combine(le, time(16), UTC))


def document(
    numero: str, total: str, le: date = OCTOBRE, corrige: str | None = None, delai: int = 30
) -> Solde:
    montant = Montant.de(total)
    return Solde(
        numero=numero,
        nature=NOTE if montant < ZERO else FACTURE,
        periode="2026-09",
        emise_le=le,
        echeance=le + timedelta(days=delai) if montant > ZERO else None,
        total=montant,
        corrige=corrige,
    )


def compte(*documents: Solde) -> Compte:
    return Compte(
        organisme="MTQ", soldes={s.numero: s for s in crediter(documents)}, anciennete=UN_AN
    )


def voulu(
    montant: str, *parties: tuple[str, str], le: date = OCTOBRE, reference: str = "R"
) -> AInscrire:
    return AInscrire(
        id=UUID(int=1),
        organisme="MTQ",
        le=le,
        reference=reference,
        montant=Montant.de(montant),
        parties=tuple(Partie(numero, Montant.de(m)) for numero, m in parties),
    )


@pytest.mark.parametrize(
    ("retard", "age"),
    [
        (0, Age.NON_ECHU), (1, Age.DE_1_A_30), (30, Age.DE_1_A_30), (31, Age.DE_31_A_60),
        (60, Age.DE_31_A_60), (61, Age.DE_61_A_90), (90, Age.DE_61_A_90), (91, Age.PLUS_DE_90),
    ],
)  # fmt: skip
def test_fac_17_les_ages_se_touchent_sans_se_recouvrir(retard: int, age: Age) -> None:
    assert Age.de(retard) is age


def test_fac_17_en_retard_le_lendemain_de_l_echeance() -> None:
    facture = document("F", "100.00")
    assert facture.etat(date(2026, 10, 31)) is EtatDocument.DU
    assert facture.etat(date(2026, 11, 1)) is EtatDocument.EN_RETARD
    assert facture.acquitter(Montant.de("40")).etat(OCTOBRE) is EtatDocument.REGLE_EN_PARTIE
    assert facture.acquitter(Montant.de("100")).etat(date(2027, 1, 1)) is EtatDocument.REGLE


def test_fac_17_une_note_de_credit_diminue_le_document_qu_elle_corrige() -> None:
    """Celle d'un mois n'en corrige aucun : elle reste au compte."""
    corrige, note, mensuelle = crediter(
        [
            document("F", "100.00"),
            document("N1", "-30.00", date(2026, 11, 9), corrige="F"),
            document("N2", "-12.00"),
        ]
    )
    assert [str(s.reste) for s in (corrige, note, mensuelle)] == ["70.00", "0.00", "-12.00"]
    assert mensuelle.etat(OCTOBRE) is EtatDocument.CREDIT
    with pytest.raises(Conflit, match="diminue déjà"):
        compte(corrige, note).regler(voulu("0", ("F", "30"), ("N1", "-30")), acte(OCTOBRE))


def test_fac_17_un_document_paye_puis_corrige_laisse_un_credit() -> None:
    note = document("N", "-30.00", date(2026, 11, 9), corrige="F")
    paye = replace(document("F", "100.00"), acquitte=Montant.de("100"))
    neuve = document("G", "50.00")
    sien = compte(paye, note, neuve)
    assert sien.soldes["F"].etat(date(2027, 1, 1)) is EtatDocument.CREDIT
    inscrit = sien.regler(voulu("20", ("G", "50"), ("F", "-30")), acte(date(2026, 11, 20)))
    assert str(inscrit.reglement.credit) == "0.00"
    # Pas avant que la note n'existe : d'ici là, rien n'en est payé ni pris.
    assert {a.le for a in inscrit.reglement.acquittements} == {date(2026, 11, 9)}


def test_fac_17_un_reglement_date_d_avant_la_facture_ne_la_paie_qu_a_son_emission() -> None:
    sien = compte(document("F", "100.00", date(2026, 11, 2)))
    inscrit = sien.regler(voulu("100", ("F", "100")), acte(date(2026, 11, 3)))
    (paye,) = inscrit.reglement.acquittements
    assert (inscrit.reglement.le, paye.le) == (OCTOBRE, date(2026, 11, 2))


@pytest.mark.parametrize(
    ("demande", "raison"),
    [
        (voulu("10", le=date(2026, 10, 2)), "de l'avenir"),
        (voulu("10", le=OCTOBRE - UN_AN - timedelta(days=1)), "plus de 366 jours"),
        (voulu("10", le=date(2020, 1, 1)), "plus de 366 jours"),
        (voulu("-10"), "négatif"),
        (voulu("0"), "compenser"),
        (voulu("10", ("F", "11")), "totalisent"),
        (voulu("10", ("F", "2"), ("F", "3")), "deux fois"),
        (voulu("10", ("F", "0")), "Rien ne se paie"),
        (voulu("10", ("F", "-1")), "davantage"),
        (voulu("0", ("F", "13"), ("N", "-13")), "davantage"),
    ],
)
def test_fac_17_ce_qu_un_reglement_ne_peut_pas(demande: AInscrire, raison: str) -> None:
    sien = compte(document("F", "100.00"), document("N", "-12.00"))
    with pytest.raises(Conflit, match=raison) as refus:
        sien.regler(demande, acte(OCTOBRE))
    assert refus.value.regle == "FAC-17"


def test_fac_17_un_reglement_d_un_an_se_consigne_encore() -> None:
    inscrit = compte().regler(voulu("10", le=OCTOBRE - UN_AN), acte(OCTOBRE))
    assert inscrit.reglement.le == date(2025, 9, 30)


def test_fac_17_l_horizon_est_aujourd_hui_ou_ce_qu_on_savait_un_jour() -> None:
    veille, lendemain = OCTOBRE - timedelta(days=1), OCTOBRE + timedelta(days=1)
    assert Horizon.de(None, None, OCTOBRE) == Horizon(le=OCTOBRE, su_le=OCTOBRE)
    assert Horizon.de(veille, None, OCTOBRE) == Horizon(le=veille, su_le=OCTOBRE)
    assert Horizon.de(None, veille, OCTOBRE) == Horizon(le=veille, su_le=veille)
    for le, su_le in ((OCTOBRE, veille), (lendemain, None), (None, lendemain)):
        with pytest.raises(Conflit) as refus:
            Horizon.de(le, su_le, OCTOBRE)
        assert refus.value.regle == "FAC-17"


def test_fac_17_un_document_inconnu_se_nomme() -> None:
    with pytest.raises(Introuvable, match="Aucun document de MTQ ne porte le numéro G"):
        compte(document("F", "100.00")).regler(voulu("10", ("G", "10")), acte(OCTOBRE))


def test_fac_17_le_conteste_est_a_part_et_jamais_plus_que_le_reste() -> None:
    facture = replace(document("F", "100.00"), acquitte=Montant.de("80"))
    etat = etablir("MTQ", JANVIER, [facture], Montant.de("80"), {"F": Montant.de("50")})
    assert (str(etat.conteste), str(etat.du), str(etat.solde)) == ("20.00", "20.00", "20.00")
    assert not any(etat.ages.values())
    partie = etablir("MTQ", JANVIER, [facture], Montant.de("80"), {"F": Montant.de("5")})
    assert str(partie.ages[Age.DE_61_A_90]) == "15.00"


def test_fac_17_un_exercice_finit_le_31_mars() -> None:
    mars, avril = date(2027, 3, 31), date(2027, 4, 1)
    lignes = derouler(
        Mouvement(le=le, sorte=SorteMouvement.FACTURE, numero=str(le), montant=Montant.de("10"))
        for le in (avril, mars)
    )
    finie = Annee.de("MTQ", "2026-2027", avril, lignes)
    assert (finie.du, finie.au, str(finie.fermeture)) == (date(2026, 4, 1), mars, "10.00")
    suivante = Annee.de("MTQ", "2027-2028", avril, lignes)
    assert (str(suivante.ouverture), str(suivante.fermeture)) == ("10.00", "20.00")
    with pytest.raises(Conflit, match="n'est pas venu"):
        Annee.de("MTQ", "2027-2028", mars, lignes)


# --- L'identité du compte, sous des vies tirées au hasard --------------------------------------


@dataclass(slots=True)
class Vie:
    """Un compte qui vit : documents, règlements, contre-écritures, au fil des jours."""

    jour: date = OCTOBRE
    documents: list[Solde] = field(default_factory=list)
    reglements: list[Reglement] = field(default_factory=list)

    def soldes(self, le: date = date.max) -> list[Solde]:
        """Les documents, tels qu'ils se lisent à la fin d'un jour."""
        payes = [a for r in self.reglements for a in r.acquittements if a.le <= le]
        return list(
            crediter(
                replace(s, acquitte=sum((a.montant for a in payes if a.numero == s.numero), ZERO))
                for s in self.documents
                if s.emise_le <= le
            )
        )

    def compte(self) -> Compte:
        return Compte(
            organisme="MTQ", soldes={s.numero: s for s in self.soldes()}, anciennete=UN_AN
        )

    def etat(self, le: date) -> EtatDeCompte:
        regle = sum((r.montant for r in self.reglements if r.le <= le), ZERO)
        contestes = {s.numero: Montant(777) for s in self.documents[::2]}
        return etablir("MTQ", Horizon(le=le, su_le=le), self.soldes(le), regle, contestes)

    def mouvements(self) -> list[Mouvement]:
        documents = [
            Mouvement(le=s.emise_le, sorte=SorteMouvement.FACTURE, numero=s.numero, montant=s.total)
            for s in self.documents
        ]
        regles = [
            Mouvement(le=r.le, sorte=SorteMouvement.REGLEMENT, numero=str(r.id), montant=-r.montant)
            for r in self.reglements
        ]
        return list(derouler([*documents, *regles]))


_CENTS = st.integers(1, 30_000)


def _facturer(vie: Vie, data: st.DataObject) -> None:
    numero = f"F{len(vie.documents)}"
    vie.documents.append(document(numero, str(Montant(data.draw(_CENTS))), vie.jour))


def _crediter(vie: Vie, data: st.DataObject) -> None:
    """La note d'un mois, ou celle d'une décision, jamais de plus que son document."""
    corriges = [s for s in vie.soldes() if s.total + s.credite > ZERO]
    corrige = data.draw(st.sampled_from([None, *corriges]))
    plafond = (corrige.total + corrige.credite).cents if corrige else 9_999
    total = Montant(-data.draw(st.integers(1, plafond)))
    numero, de = f"N{len(vie.documents)}", corrige.numero if corrige else None
    vie.documents.append(document(numero, str(total), vie.jour, corrige=de))


def _parties(vie: Vie, data: st.DataObject) -> tuple[Partie, ...]:
    """Des documents, payés un peu trop parfois, et des crédits qui restent."""
    soldes = {s.numero: s for s in vie.soldes() if not s.corrige}
    choisis = data.draw(st.lists(st.sampled_from([*soldes] or [""]), max_size=3, unique=True))
    parties = []
    for numero in filter(None, choisis):
        reste = soldes[numero].reste.cents
        montant = data.draw(st.integers(reste, -1) if reste < 0 else st.integers(1, reste + 500))
        parties.append(Partie(numero, Montant(montant)))
    return tuple(parties)


def _regler(vie: Vie, data: st.DataObject) -> None:
    parties = _parties(vie, data)
    somme = sum((p.montant for p in parties), ZERO)
    montant = max(somme, ZERO) + Montant(data.draw(st.integers(1, 5_000)))
    le = vie.jour - timedelta(days=data.draw(st.integers(0, 60)))
    demande = AInscrire(
        id=UUID(int=len(vie.reglements) + 1), organisme="MTQ", le=le,
        reference=f"R{len(vie.reglements)}", montant=montant, parties=parties,
    )  # fmt: skip
    inscrit = vie.compte().regler(demande, acte(vie.jour)).reglement
    assert inscrit.credit >= ZERO
    vie.reglements.append(inscrit)


def _choisir(vie: Vie, data: st.DataObject) -> int | None:
    defaits = {r.annule for r in vie.reglements}
    valables = [
        rang for rang, r in enumerate(vie.reglements) if not r.annule and r.id not in defaits
    ]
    return data.draw(st.sampled_from(valables)) if valables else None


def _appliquer(vie: Vie, data: st.DataObject) -> None:
    rang, parties = _choisir(vie, data), _parties(vie, data)
    if rang is None or not parties:
        return
    reglement = vie.reglements[rang]
    if sum((p.montant for p in parties), ZERO) <= reglement.credit:
        applique = vie.compte().appliquer(reglement, parties, acte(vie.jour)).reglement
        assert applique.credit >= ZERO
        vie.reglements[rang] = applique


def _contrepasser(vie: Vie, data: st.DataObject) -> None:
    rang = _choisir(vie, data)
    if rang is not None:
        identite = UUID(int=len(vie.reglements) + 1)
        contraire = vie.reglements[rang].contrepasser(identite, "Faute.", acte(vie.jour))
        vie.reglements.append(contraire)


_GESTES = (_facturer, _crediter, _regler, _regler, _appliquer, _contrepasser)


@given(st.data())
def test_fac_17_l_identite_du_compte_tient_a_toute_date(data: st.DataObject) -> None:
    """Factures − crédits − règlements = âges + contesté − crédits, quoi qu'on ait fait et quand."""
    vie = Vie()
    for geste in data.draw(st.lists(st.sampled_from(_GESTES), max_size=14)):
        vie.jour += timedelta(days=data.draw(st.integers(0, 45)))
        geste(vie, data)
    lignes = vie.mouvements()
    for jours in range(-70, (vie.jour - OCTOBRE).days + 40, 13):
        le = OCTOBRE + timedelta(days=jours)
        etat = vie.etat(le)
        par_age = sum(etat.ages.values(), ZERO)
        assert par_age + etat.conteste == etat.du
        assert etat.solde == etat.du - etat.credits
        assert min(par_age, etat.conteste, etat.credits) >= ZERO
        passees = [m for m in lignes if m.le <= le]
        assert etat.solde == (passees[-1].solde if passees else ZERO)
    annees = [
        Annee.de("MTQ", f"{an}-{an + 1}", date(2030, 1, 1), lignes) for an in range(2026, 2029)
    ]
    assert all(a.fermeture == b.ouverture for a, b in pairwise(annees))
    assert all(
        a.ouverture + sum((somme for _, somme in a.sommes), ZERO) == a.fermeture for a in annees
    )

"""FAC-8 : une pièce ne se détruit qu'échue, d'une contestation finie et sans gel, une fois."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facturation.contestations.domaine.contestations import (
    FINIES,
    Contestation,
    Echange,
    Etat,
    Geste,
    LigneContestee,
)
from facturation.contestations.domaine.delais import Delais
from facturation.contestations.domaine.destructions import NOM_EFFACE, detruire
from facturation.contestations.domaine.pieces import GenrePiece, Piece
from noyau import (
    PREMIER_JOUR,
    Acte,
    Acteur,
    Conflit,
    Conservation,
    Interdit,
    Montant,
    TransitionImpossible,
)

ID = UUID("6d2c9d0e-8f8e-5d0a-9c51-3a3a6f6f0002")
VERSEE = datetime(2026, 10, 1, 15, tzinfo=UTC)
TERME = date(2033, 10, 2)
SEPT_ANS = Conservation.de({PREMIER_JOUR: 84})
REJETEE = Contestation(
    id=ID,
    organisme="MTQ",
    numero="2026-2027-000001",
    motif="Hors d'usage.",
    lignes=(LigneContestee(rang=1, motif="Hors d'usage.", montant=Montant.de("147.00")),),
    ouverte_le=VERSEE,
    ouverte_par="gestionnaire-1",
    delais=Delais(contester=60, decider=30, rappel_decision=7, rappel_question=10),
    etat=Etat.REJETEE,
    fil=(Echange(geste=Geste.REJETER, le=VERSEE, par="facturation-1", texte="Non fondée."),),
)
PIECE = Piece(
    contestation_id=ID,
    organisme="MTQ",
    empreinte="0" * 64,
    nom="relevé de Camille Tremblay.csv",
    genre=GenrePiece.CSV,
    taille=20,
    versee_le=VERSEE,
    versee_par="gestionnaire-1",
)


def le(jour: date) -> Acte:
    return Acte(Acteur("archiviste"), datetime(jour.year, jour.month, jour.day, 15, tzinfo=UTC))


def test_fac_8_detruite_elle_ne_dit_plus_que_ce_qui_atteste() -> None:
    detruite = detruire(PIECE, REJETEE, "Échue.", SEPT_ANS, le(TERME))
    assert detruite == replace(
        PIECE,
        nom=NOM_EFFACE,
        detruite_le=le(TERME).le,
        detruite_par="archiviste",
        detruite_motif="Échue.",
    )
    with pytest.raises(Conflit, match="déjà détruite"):
        detruire(detruite, REJETEE, "Encore.", SEPT_ANS, le(TERME))


@given(jours=st.integers(-4_000, 4_000))
def test_fac_8_jamais_avant_son_terme(jours: int) -> None:
    jour = TERME + timedelta(days=jours)
    if jour >= TERME:
        assert detruire(PIECE, REJETEE, "Échue.", SEPT_ANS, le(jour)).detruite_le
        return
    with pytest.raises(Conflit, match="jusqu'au 2033-10-02, exclu") as refus:
        detruire(PIECE, REJETEE, "Échue.", SEPT_ANS, le(jour))
    assert refus.value.details == {"destructible_le": "2033-10-02"}


def test_fac_8_une_duree_raccourcie_apres_coup_ne_la_devance_pas() -> None:
    raccourcie = Conservation.de({PREMIER_JOUR: 84, date(2027, 1, 1): 13})
    with pytest.raises(Conflit, match="2033-10-02"):
        detruire(PIECE, REJETEE, "Échue.", raccourcie, le(TERME - timedelta(days=1)))
    allongee = Conservation.de({PREMIER_JOUR: 84, date(2030, 1, 1): 120})
    with pytest.raises(Conflit, match="2036-10-02"):
        detruire(PIECE, REJETEE, "Échue.", allongee, le(TERME))


@pytest.mark.parametrize("etat", sorted(set(Etat) - FINIES))
def test_fac_8_en_cours_sa_piece_se_garde(etat: Etat) -> None:
    with pytest.raises(Conflit, match="n'est pas finie"):
        detruire(PIECE, replace(REJETEE, etat=etat), "Échue.", SEPT_ANS, le(TERME))


def test_fac_8_gelee_sa_piece_se_garde_et_un_gel_ne_se_pose_qu_une_fois() -> None:
    gelee = REJETEE.poser(Geste.GELER, "Recours.", le(TERME))
    with pytest.raises(Conflit, match="gel juridique"):
        detruire(PIECE, gelee, "Échue.", SEPT_ANS, le(TERME))
    with pytest.raises(TransitionImpossible):
        gelee.poser(Geste.GELER, "Encore.", le(TERME))
    levee = gelee.poser(Geste.DEGELER, "Jugement.", le(TERME))
    assert detruire(PIECE, levee, "Échue.", SEPT_ANS, le(TERME)).detruite_le
    with pytest.raises(TransitionImpossible):
        levee.poser(Geste.DEGELER, "Encore.", le(TERME))


def test_fac_8_un_fil_plein_ne_se_gele_plus_et_se_degele_toujours() -> None:
    plein = replace(REJETEE, fil=2 * REJETEE.fil)
    while len(plein.fil) < 200:
        plein = plein.poser(Geste.DEGELER if plein.gelee else Geste.GELER, "m", le(TERME))
    with pytest.raises(Conflit, match="200 échanges"):
        plein.poser(Geste.GELER, "Encore.", le(TERME))
    gelee = replace(plein, fil=plein.fil[:-1])
    gelee = replace(gelee, fil=(gelee.fil[0], *gelee.fil))
    assert not gelee.poser(Geste.DEGELER, "Fini.", le(TERME)).gelee


def test_fac_8_une_machine_ne_detruit_rien() -> None:
    acte = Acte(Acteur("lot", roles=frozenset({"integration"})), le(TERME).le)
    with pytest.raises(Interdit):
        detruire(PIECE, REJETEE, "Échue.", SEPT_ANS, acte)


@pytest.mark.parametrize("sujet", ["gestionnaire-1", "agente-2"])
def test_fac_8_qui_l_a_versee_ou_a_parle_pour_l_organisme_ne_la_detruit_pas(sujet: str) -> None:
    """Passé au MCN, il effacerait sa propre preuve."""
    versee = replace(PIECE, versee_par="agente-2")
    acte = Acte(Acteur(sujet), le(TERME).le)
    with pytest.raises(Interdit, match="n'en atteste pas"):
        detruire(versee, REJETEE, "Échue.", SEPT_ANS, acte)


def test_fac_8_elle_se_garde_depuis_la_fin_de_sa_contestation() -> None:
    """Un gel posé ensuite n'y change rien."""
    fini = Echange(geste=Geste.REJETER, le=datetime(2028, 3, 1, 15, tzinfo=UTC), par="f")
    degelee = replace(fini, geste=Geste.DEGELER, le=datetime(2030, 1, 1, 15, tzinfo=UTC))
    tardive = replace(REJETEE, fil=(replace(fini, geste=Geste.EXAMINER), fini, degelee))
    with pytest.raises(Conflit, match="2035-03-02"):
        detruire(PIECE, tardive, "Échue.", SEPT_ANS, le(date(2035, 3, 1)))
    assert detruire(PIECE, tardive, "Échue.", SEPT_ANS, le(date(2035, 3, 2))).detruite_le

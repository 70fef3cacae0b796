"""Jamais détruite tôt, deux fois ni sous gel, quelle que soit l'histoire (CI-23)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.conservation.domaine import (
    Attestation,
    Gel,
    destructible_le,
    detruire,
)
from courtier.normes.adaptateurs.reference import lire_normes
from courtier.pieces.domaine import GenrePiece, Piece
from courtier.suivi.domaine import ContratConclu
from noyau import Acte, Acteur, Conflit, Interdit, Montant, mois_plus_tard
from services.courtier.tests.builders import COURTIER, GESTIONNAIRE

TABLE = lire_normes().le(date(2026, 9, 1)).pieces
DEPOT = date(2026, 9, 2)
JOURS = st.dates(date(2026, 9, 2), date(2037, 1, 1))
MACHINE = Acteur("machine", "MTQ", frozenset({"gestionnaire", "integration"}))


def _contrat(fin: date) -> ContratConclu:
    return ContratConclu(
        id=UUID(int=1),
        organisme="MTQ",
        fournisseur_id=UUID(int=2),
        fournisseur_nom="Nuage",
        dossier_id=None,
        conclu_le=DEPOT,
        debut=date(2026, 10, 1),
        fin=fin,
        montant=Montant.de("12000"),
    )


CONTRAT = _contrat(date(2028, 10, 1))


def _acte(jour: date, acteur: Acteur = GESTIONNAIRE) -> Acte:
    return Acte(acteur, datetime.combine(jour, time(17), UTC))


def _piece(genre: GenrePiece = GenrePiece.CHOIX, numero: int = 1) -> Piece:
    return Piece.deposer(
        UUID(int=100 + numero),
        "MTQ",
        genre,
        titre="Pièce",
        empreinte="1" * 64,
        datee_le=DEPOT,
        contrat_id=CONTRAT.id,
        acte=_acte(DEPOT),
    )


def _detruite(
    piece: Piece,
    le: date,
    inscrite_le: date,
    *,
    contrat: ContratConclu = CONTRAT,
    gels: Sequence[Gel] = (),
    deja: frozenset[UUID] = frozenset(),
    acteur: Acteur = GESTIONNAIRE,
) -> bool:
    attestation = Attestation(detruites_le=le, methode="Effacement", empreinte="2" * 64)
    try:
        detruire(
            [piece],
            attestation,
            contrat=contrat,
            table=TABLE,
            gels=gels,
            deja=deja,
            demandees=(),
            acte=_acte(inscrite_le, acteur),
        )
    except Conflit as refus:
        return refus.regle != "CI-23"
    return True


@given(genre=st.sampled_from(GenrePiece), fin=JOURS, le=JOURS, apres=st.integers(-2, 400))
def test_ci_23_jamais_avant_terme_ni_a_venir(
    genre: GenrePiece, fin: date, le: date, apres: int
) -> None:
    annees = 0 if genre is GenrePiece.CHOIX else 7
    attendu = apres >= 0 and le >= mois_plus_tard(fin, 12 * annees)
    inscrite_le = max(le + timedelta(days=apres), DEPOT)
    if apres < 0:
        attendu = inscrite_le >= le >= mois_plus_tard(fin, 12 * annees)
    assert _detruite(_piece(genre), le, inscrite_le, contrat=_contrat(fin)) is attendu


@given(
    temps=st.lists(st.tuples(JOURS, st.none() | st.integers(0, 900)), max_size=4),
    le=st.dates(date(2028, 10, 1), date(2031, 1, 1)),
)
def test_ci_23_jamais_sous_gel(temps: list[tuple[date, int | None]], le: date) -> None:
    gels = []
    for rang, (pose, duree) in enumerate(temps):
        gel = Gel.poser(UUID(int=rang), CONTRAT, "Litige", _acte(pose, COURTIER))
        if duree is not None:
            gel = gel.lever("Fini", _acte(pose + timedelta(days=duree), COURTIER))
        gels.append(gel)
    sous_gel = any(
        duree is None or pose <= le <= pose + timedelta(days=duree) for pose, duree in temps
    )
    assert _detruite(_piece(), le, date(2037, 6, 1), gels=gels) is not sous_gel


def test_ci_23_jamais_deux_fois_ni_par_une_machine() -> None:
    piece, fin = _piece(), CONTRAT.fin
    assert _detruite(piece, fin, fin)
    assert not _detruite(piece, fin, fin, deja=frozenset({piece.id}))
    for acteur in (MACHINE, COURTIER):
        with pytest.raises(Interdit):
            _detruite(piece, fin, fin, acteur=acteur)


def test_ci_23_chaque_genre_a_sa_conservation() -> None:
    termes = {genre: destructible_le(_piece(genre), CONTRAT, TABLE) for genre in GenrePiece}
    assert termes.pop(GenrePiece.CHOIX) == CONTRAT.fin
    assert set(termes.values()) == {date(2035, 10, 1)}


def test_ci_23_un_29_fevrier_se_garde_jusqu_au_28() -> None:
    bissextile = _contrat(date(2028, 2, 29))
    assert destructible_le(_piece(GenrePiece.FACTURE), bissextile, TABLE) == date(2035, 3, 1)

"""CI-19 : deux contrats en cours pour un même besoin se signalent, mois communs seulement."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from courtier.consommation.domaine.recoupements import Parallele, recouper
from services.courtier.tests.builders import COURRIEL, FOURNISSEUR, TABLEUR
from services.courtier.tests.unit.test_courtier_avenant import contrat

CATEGORIES = {COURRIEL: "courriel", TABLEUR: "tableur", UUID(int=102): "courriel"}
AUTRE = Parallele(
    contrat_id=UUID(int=9),
    fournisseur_id=FOURNISSEUR,
    debut=date(2027, 1, 1),
    fin=date(2029, 1, 1),
    offres=frozenset({UUID(int=102)}),
)
JOUR = date(2026, 10, 5)


def test_ci_19_meme_categorie_memes_mois() -> None:
    [trouve] = recouper(contrat(), [AUTRE], CATEGORIES, JOUR)
    assert (trouve.categories, trouve.du, trouve.au) == (
        ("courriel",), date(2027, 1, 1), date(2028, 10, 1)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("autre", "jour"),
    [
        (replace(AUTRE, offres=frozenset({TABLEUR})), JOUR),
        (replace(AUTRE, debut=date(2028, 10, 1)), JOUR),
        (replace(AUTRE, fin=date(2026, 10, 1), debut=date(2026, 1, 1)), JOUR),
        (AUTRE, date(2028, 10, 1)),
    ],
)
def test_ci_19_autre_categorie_ou_autres_mois_rien_ne_se_signale(
    autre: Parallele, jour: date
) -> None:
    assert recouper(contrat(), [autre], CATEGORIES, jour) == ()

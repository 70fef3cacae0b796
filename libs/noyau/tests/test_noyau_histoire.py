"""DEM-12 et DEM-13 : une histoire se plie par survenue, se complète et se rectifie."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noyau import Conflit, Pli, Rupture, a_la_seconde, ordre, rectifies

RACINE = UUID("6f0c2a1e-0000-4000-8000-000000000000")
DEBUT = datetime(2026, 9, 1, 12, tzinfo=UTC)
OUVRIR, FERMER = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Porte:
    """Ouvrir ou fermer une porte : la plus petite des histoires."""

    acte_id: UUID
    rang: int
    survenu_le: datetime

    def redate(self, survenu_le: datetime) -> "Porte":
        return replace(self, survenu_le=survenu_le)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nouvelle:
    """Une rectification."""

    acte_id: UUID
    survenu_le: datetime | None
    rang: int


def porte(rang: int, jour: int) -> Porte:
    return Porte(
        acte_id=uuid5(RACINE, f"{rang}-{jour}"),
        rang=rang,
        survenu_le=DEBUT + timedelta(days=jour),
    )


def suivre(ouverte: bool, acte: Porte) -> bool:
    if ouverte is (acte.rang == OUVRIR):
        raise Conflit("La porte y est déjà.")
    return not ouverte


PLI: Pli[bool, Porte] = Pli(suivre, lambda ouverte: ouverte, lambda ouverte: [not ouverte])
FIGE: Pli[bool, Porte] = Pli(suivre, lambda ouverte: ouverte, lambda _: [])


def naif(fixes: list[Porte], attente: list[Porte]) -> set[int]:
    """Les tailles des ensembles en attente qui s'insèrent, un à un."""
    tailles = set()
    for taille in range(len(attente) + 1):
        for choix in combinations(attente, taille):
            ouverte = False
            for acte in sorted([*fixes, *choix], key=lambda a: (a.survenu_le, a.rang)):
                if ouverte is (acte.rang == OUVRIR):
                    break
                ouverte = not ouverte
            else:
                tailles.add(taille)
    return tailles


actes = st.lists(
    st.builds(porte, st.sampled_from([OUVRIR, FERMER]), st.integers(0, 12)),
    max_size=6,
    unique_by=lambda a: a.acte_id,
)


@given(actes, actes)
def test_dem_12_le_plus_grand_ensemble_qui_s_insere_est_trouve(
    fixes: list[Porte], attente: list[Porte]
) -> None:
    attente = [a for a in attente if a not in fixes]
    choisis = PLI.choisir(False, fixes, attente)
    tailles = naif(fixes, attente)
    assert (choisis is None) is (not tailles)
    if choisis is not None:
        assert len(choisis) == max(tailles)
        PLI.plier(False, sorted([*fixes, *choisis], key=ordre))


def test_dem_12_l_ordre_d_arrivee_ne_choisit_rien() -> None:
    fixes = [porte(OUVRIR, 1), porte(FERMER, 9)]
    attente = [porte(FERMER, 3), porte(OUVRIR, 5), porte(FERMER, 4)]
    attendus = [porte(FERMER, 3), porte(OUVRIR, 5)]
    for arrivee in permutations(attente):
        assert PLI.choisir(False, fixes, arrivee) == attendus, "à nombre égal, le premier survenu"


@pytest.mark.parametrize(
    ("acte", "possible"),
    [
        (porte(FERMER, 3), True),  # une ouverture encore inconnue, avant le 9
        (porte(OUVRIR, 3), True),  # une fermeture encore inconnue, avant le 3
        (porte(FERMER, 0), True),  # ouverte avant, rouverte après : deux actes inconnus
    ],
)
def test_dem_12_un_acte_que_d_autres_rendraient_possible(acte: Porte, possible: bool) -> None:
    fixes = [porte(OUVRIR, 1), porte(FERMER, 9)]
    assert PLI.est_possible(False, fixes, [acte]) is possible
    assert FIGE.est_possible(False, fixes, [acte]) is False, "rien n'est plus possible"


def test_dem_12_la_rupture_nomme_l_acte_et_celui_d_avant() -> None:
    suite = [porte(OUVRIR, 1), porte(OUVRIR, 2)]
    with pytest.raises(Rupture) as rompue:
        PLI.plier(False, suite)
    assert (rompue.value.acte, rompue.value.precedent) == (suite[1], suite[0])


def test_dem_13_la_derniere_rectification_vaut_et_une_inconnue_attend() -> None:
    un, deux = porte(OUVRIR, 1), porte(FERMER, 5)
    juste = DEBUT + timedelta(days=7)
    suite = [
        Nouvelle(acte_id=un.acte_id, survenu_le=None, rang=1),
        Nouvelle(acte_id=un.acte_id, survenu_le=juste, rang=2),
        Nouvelle(acte_id=RACINE, survenu_le=None, rang=1),
    ]
    for arrivee in permutations(suite):
        assert rectifies([deux, un, un], arrivee) == [deux, un.redate(juste)]
    nul = [Nouvelle(acte_id=deux.acte_id, survenu_le=None, rang=1)]
    assert rectifies([un, deux], nul) == [un]


@given(st.permutations([porte(r, j) for r in (OUVRIR, FERMER) for j in range(3)]))
def test_dem_12_une_meme_seconde_se_departage_par_le_rang(arrivee: Iterable[Porte]) -> None:
    memes = [a.redate(a_la_seconde(DEBUT)) for a in arrivee]
    rangs = [a.rang for a in rectifies(memes, [])]
    assert rangs == sorted(rangs)

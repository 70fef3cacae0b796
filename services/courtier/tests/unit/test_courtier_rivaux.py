"""CI-15 : des rivaux faits de plusieurs offres, et ce que le dirigeant a vu en autorisant."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtier.dossiers.domaine.actes import Contenu, Geste
from courtier.dossiers.domaine.besoins import Besoins, Exigence, Nature
from courtier.dossiers.domaine.choix import Choix
from courtier.dossiers.domaine.conformite import Conformite, Source, Verdict
from courtier.dossiers.domaine.demarrage import Confirmation
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.etapes import PREALABLES, Prealable, manque
from courtier.dossiers.domaine.planchers import Justification, Plancher
from courtier.dossiers.domaine.reserves import (
    ENSEMBLE_MAXIMUM,
    autorisations_valant,
    reserves,
    rivaux,
)
from courtier.dossiers.domaine.scenarios import Provenance, recalculer
from noyau import Conflit
from services.courtier.tests import parcours as p
from services.courtier.tests.builders import (
    AUTRE_FOURNISSEUR,
    COURRIEL,
    FOURNISSEUR,
    GESTIONNAIRE,
    LE_2_SEPTEMBRE,
    TABLEUR,
    acte,
)
from services.courtier.tests.unit.test_courtier_reserves import (
    choix,
    compare,
    planchers,
    publiant,
)

FONCTIONS, AUTRES = ("boite", "agenda", "archives"), ("chiffre",)
CODES = (*FONCTIONS, *AUTRES)


def _besoins() -> Besoins:
    natures = [(c, Nature.FONCTION) for c in FONCTIONS] + [(c, Nature.SECURITE) for c in AUTRES]
    return replace(p.besoins(), exigences=tuple(Exigence(c, n, "") for c, n in natures))


def _ligne(offre_id: UUID, satisfaites: frozenset[str]) -> Conformite:
    return Conformite(
        offre_id=offre_id,
        verdicts=tuple(
            Verdict(
                exigence=c, satisfaite=c in satisfaites, source=Source.FICHE, source_id=None,
                note="",
            )
            for c in CODES
        ),
    )  # fmt: skip


def _plancher(offre_id: UUID, total: int, fournisseur_id: UUID) -> Plancher:
    return Plancher(
        offre_id=offre_id, fournisseur_id=fournisseur_id, version_offre=2, version_prix=1,
        provenance=Provenance.PUBLIEE, sert=Decimal(1), total=Decimal(total),
    )  # fmt: skip


def _juge(
    offres: Sequence[tuple[frozenset[str], int, UUID]],
) -> tuple[Dossier, Mapping[UUID, tuple[frozenset[str], int, UUID]]]:
    """Un dossier où ces offres sont jugées, leurs planchers figés par un choix."""
    dites = {UUID(int=5000 + rang): offre for rang, offre in enumerate(offres)}
    contenus: list[Contenu] = [
        _besoins(),
        *(_ligne(i, codes) for i, (codes, _, _) in dites.items()),
    ]
    fige = Choix(
        scenario_id=p.BAS, indicateur_responsable=None, calculs=(),
        planchers=tuple(_plancher(i, total, qui) for i, (_, total, qui) in dites.items()),
    )  # fmt: skip
    dossier = p.VIDE
    for contenu in (*contenus, fige):
        dossier = dossier.poser(contenu, acte(GESTIONNAIRE, LE_2_SEPTEMBRE))
    return dossier, dites


@given(
    st.lists(
        st.tuples(
            st.frozensets(st.sampled_from(CODES)),
            st.integers(min_value=1, max_value=50),
            st.sampled_from([FOURNISSEUR, AUTRE_FOURNISSEUR]),
        ),
        max_size=6,
    )
)
def test_ci_15_le_rival_d_un_fournisseur_est_le_moins_cher_des_ensembles_qui_repondent(
    offres: list[tuple[frozenset[str], int, UUID]],
) -> None:
    """Par force brute, sur tous les ensembles de trois offres au plus."""
    dossier, dites = _juge(offres)
    trouves = {r.offres: r.total for r in rivaux(dossier)}
    seules = {i for i, (codes, _, _) in dites.items() if codes == set(CODES)}
    assert {o for o in trouves if len(o) == 1} == {frozenset({i}) for i in seules}
    for fournisseur in (FOURNISSEUR, AUTRE_FOURNISSEUR):
        siennes = [i for i, (_, _, qui) in dites.items() if qui == fournisseur and i not in seules]
        prix = [
            sum(dites[i][1] for i in ensemble)
            for taille in range(2, ENSEMBLE_MAXIMUM + 1)
            for ensemble in combinations(siennes, taille)
            if set(FONCTIONS) <= set().union(*(dites[i][0] for i in ensemble))
            and all("chiffre" in dites[i][0] for i in ensemble)
        ]
        joints = [t for o, t in trouves.items() if len(o) > 1 and o <= set(siennes)]
        assert joints == ([min(prix)] if prix else [])


def test_ci_15_un_rival_de_deux_offres_qui_se_completent_fait_reserve() -> None:
    """Le choix, seul, coûte 9 600 $; deux offres d'un rival le font à 30 $, et nul ne le dit."""
    dossier = p.mene(Geste.CONFIRMATION)
    *avant, dernier = dossier.actes
    confirmee = dernier.contenu
    assert isinstance(confirmee, Confirmation)
    lignes = [
        _ligne(UUID(int=5000), frozenset({"boite", "agenda", "chiffre"})),
        _ligne(UUID(int=5001), frozenset({"archives", "chiffre"})),
    ]
    figes = (
        _plancher(UUID(int=5000), 10, FOURNISSEUR), _plancher(UUID(int=5001), 20, FOURNISSEUR),
    )  # fmt: skip
    # Jugées pour de premiers besoins, qui les voulaient ensemble.
    dites: list[Contenu] = [_besoins(), *lignes]
    poses = [replace(avant[0], contenu=c) for c in dites]
    tous = [*poses, *avant, replace(dernier, contenu=replace(confirmee, planchers=figes))]
    rendu = replace(dossier, actes=tuple(replace(a, rang=n + 1) for n, a in enumerate(tous)))
    (reserve,) = reserves(rendu)
    assert (reserve.offre_id, reserve.avec) == (UUID(int=5000), (UUID(int=5001),))
    assert (str(reserve.plancher), str(reserve.choix)) == ("30", "9600.00")


def _autorise(premier: str) -> Dossier:
    """CHER choisi, dont une unité sert ce que dit l'organisme; le dirigeant l'autorise."""
    dossier = compare(*p.SCENARIOS, cher="12.50", publient=(TABLEUR,))
    return p.poser(dossier, _cher(dossier, premier), p.autorisation())


def _cher(dossier: Dossier, motif: str) -> Choix:
    dite = Justification(offre_id=COURRIEL, motif=motif)
    return replace(choix(dossier, dite, cher="12.50", publient=(TABLEUR,)), scenario_id=p.CHER)


def test_ci_15_un_motif_recrit_apres_l_autorisation_la_fait_tomber() -> None:
    dossier = _autorise("Une licence par personne.")
    (donnee,) = autorisations_valant(dossier)
    meme = p.poser(dossier, _cher(dossier, "Une licence par personne."))
    assert autorisations_valant(meme) == (donnee,), "redire le même motif ne change rien"
    recrit = p.poser(dossier, _cher(dossier, "Autre chose."))
    assert (autorisations_valant(recrit), recrit.autorisations) == ((), (donnee,))
    manquants = manque(Geste.RENCONTRE, recrit, p.circonstances(), PREALABLES)
    assert Prealable.AUTORISATION in {m.prealable for m in manquants}
    redonnee = p.poser(recrit, p.autorisation())
    assert len(autorisations_valant(redonnee)) == 1


def test_ci_15_une_reserve_que_le_dirigeant_n_a_pas_vue_lui_revient() -> None:
    """Autorisé à 12 000 $ sous un rival à 9 600 $; une base à 5 $ paraît ensuite, motivée."""
    dossier = _autorise("Une licence par personne.")
    contact = replace(p.CONTACT, fournisseur_id=FOURNISSEUR)
    mene = p.poser(dossier, contact, p.INFORMATIONS, p.RENCONTRE, p.budget())
    assert mene.besoins
    catalogue = publiant(p.marche("12.50", "11.00"), TABLEUR)
    calculs = recalculer(
        list(mene.scenarios.values()), mene.besoins, ententes=p.ENTENTES, catalogue=catalogue,
        le=LE_2_SEPTEMBRE,
    )  # fmt: skip
    baisse = tuple(
        replace(x, total=Decimal(4800)) if x.offre_id == COURRIEL else x
        for x in planchers(mene, catalogue)
    )
    motif = Justification(offre_id=COURRIEL, motif="Une licence par personne.")
    confirmee = replace(p.confirmation(), justifications=(motif,)).avec(calculs, baisse)
    with pytest.raises(Conflit) as leve:
        p.poser(mene, confirmee)
    assert leve.value.regle == "CI-15"
    manques: Any = leve.value.details["manque"]
    assert [m["prealable"] for m in manques] == ["autorisation"]

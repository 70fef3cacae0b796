"""SLA-2, SLA-3 : le verdict égale celui d'un oracle naïf, et ne dépend que des faits connus."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.sla.tests import oracle_verdict
from services.sla.tests.builders import Recit, calendrier, histoire, sept
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits
from sla.fiches.domaine import Fiche, Fiches
from sla.histoires.domaine import SANS_MESURE, Episode, Nature, Rectification
from sla.mesures.domaine.explication import Explication, expliquer
from sla.mesures.domaine.verdict import Mesure, Verdict, rejouer

Faits = list[Episode | Rectification]


def _rejouer(faits: Faits, fiches: tuple[Fiche, ...]) -> Mesure:
    return rejouer(histoire(faits), Fiches.de(fiches), calendrier())


def _expliquer(faits: Faits, fiches: tuple[Fiche, ...]) -> Explication:
    return expliquer(histoire(faits), Fiches.de(fiches), calendrier(), au=sept(30))


@settings(max_examples=2000)
@given(recit=recits(), fiches=fiches_publiees())
def test_sla_2_le_verdict_egale_celui_de_l_oracle_naif(
    recit: Recit, fiches: tuple[Fiche, ...]
) -> None:
    mesure = _rejouer(recit.faits, fiches)
    juge = oracle_verdict.juger(recit.faits, fiches, calendrier().est_ouvrable)
    regime = mesure.regime.version if mesure.regime else None
    assert (mesure.verdict, mesure.j0, mesure.jours, mesure.fin, regime) == juge


@settings(max_examples=200)
@given(recit=recits(), fiches=fiches_publiees(), donnees=st.data())
def test_sla_3_repetes_en_retard_en_desordre_meme_verdict_meme_explication(
    recit: Recit, fiches: tuple[Fiche, ...], donnees: st.DataObject
) -> None:
    """Épisodes et rectifications mêlés, chacun une ou plusieurs fois (DEM-12, DEM-13)."""
    repetes = donnees.draw(st.lists(st.sampled_from(recit.faits), max_size=5))
    desordre = donnees.draw(st.permutations([*recit.faits, *repetes]))
    fiches_en_desordre = tuple(donnees.draw(st.permutations(fiches)))
    assert histoire(desordre) == recit.histoire
    assert _expliquer(desordre, fiches_en_desordre) == _expliquer(recit.faits, fiches)


@settings(max_examples=300)
@given(recit=recits(), fiches=fiches_publiees())
def test_dem_12_la_fin_se_lit_des_livraisons_jamais_de_completee(
    recit: Recit, fiches: tuple[Fiche, ...]
) -> None:
    """Une fois J0 connu, le fait dérivé peut manquer, ou devenir nul : le verdict est le même."""
    completees = [n for n, e in enumerate(recit.episodes) if e.nature is Nature.COMPLETEE]
    sans = [e for e in recit.episodes if e.nature is not Nature.COMPLETEE]
    rectifies = list(recit.rectifications)
    avec = _rejouer(recit.faits, fiches)
    assume(avec.j0 is not None)
    for place in completees:
        recit.rectifie(place, None)
    assert _rejouer([*sans, *rectifies], fiches) == avec == _rejouer(recit.faits, fiches)


@settings(max_examples=200)
@given(recit=recits(), fiches=fiches_publiees(), donnees=st.data())
def test_sla_3_une_histoire_a_trous_attend_ou_se_juge_sans_jamais_echouer(
    recit: Recit, fiches: tuple[Fiche, ...], donnees: st.DataObject
) -> None:
    connus = donnees.draw(st.sets(st.sampled_from(recit.episodes), min_size=1))
    faits: Faits = [*connus, *recit.rectifications]
    mesure = _rejouer(faits, fiches)
    valables = histoire(faits).episodes
    creation = next((e.creation for e in valables if e.creation), None)
    abandonnee = any(e.nature in SANS_MESURE for e in valables)
    if creation is None:
        nulle = any(e.creation for e in connus)
        assert mesure.verdict is (Verdict.NON_MESUREE if nulle else Verdict.EN_ATTENTE)
    elif creation.approbation_requise and not abandonnee:
        approuvee = any(e.nature is Nature.APPROUVEE for e in valables)
        assert approuvee or mesure.verdict in {Verdict.EN_COURS, Verdict.EN_ATTENTE}


@settings(max_examples=100)
@given(recit=recits(), fiches=fiches_publiees())
def test_sla_8_une_exclusion_ne_change_pas_le_verdict(
    recit: Recit, fiches: tuple[Fiche, ...]
) -> None:
    nus = tuple(
        replace(f, indicateurs=tuple(replace(i, conditions=()) for i in f.indicateurs))
        for f in fiches
    )
    avec, sans = _rejouer(recit.faits, fiches), _rejouer(recit.faits, nus)
    assert (avec.verdict, avec.jours, avec.fin) == (sans.verdict, sans.jours, sans.fin)
    assert not sans.exclue

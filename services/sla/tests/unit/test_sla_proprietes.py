"""SLA-2, SLA-3 : le verdict égale celui d'un oracle naïf, et ne dépend que des faits connus."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sla.tests import oracle_verdict
from services.sla.tests.builders import DEMANDE, Recit, calendrier
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits
from sla.fiches.domaine import Fiche, Fiches
from sla.histoires.domaine import SANS_MESURE, Episode, Histoire, Nature
from sla.mesures.domaine.verdict import Mesure, Verdict, rejouer


def _rejouer(episodes: list[Episode], fiches: tuple[Fiche, ...]) -> Mesure:
    return rejouer(Histoire.de(DEMANDE, "MTQ", episodes), Fiches.de(fiches), calendrier())


@settings(max_examples=2000)
@given(recit=recits(), fiches=fiches_publiees())
def test_sla_2_le_verdict_egale_celui_de_l_oracle_naif(
    recit: Recit, fiches: tuple[Fiche, ...]
) -> None:
    mesure = _rejouer(recit.episodes, fiches)
    juge = oracle_verdict.juger(recit.episodes, fiches, calendrier().est_ouvrable)
    regime = mesure.regime.version if mesure.regime else None
    assert (mesure.verdict, mesure.j0, mesure.jours, mesure.fin, regime) == juge


@settings(max_examples=200)
@given(recit=recits(), fiches=fiches_publiees(), donnees=st.data())
def test_sla_3_repetes_en_retard_en_desordre_meme_verdict(
    recit: Recit, fiches: tuple[Fiche, ...], donnees: st.DataObject
) -> None:
    repetes = donnees.draw(st.lists(st.sampled_from(recit.episodes), max_size=5))
    desordre = donnees.draw(st.permutations([*recit.episodes, *repetes]))
    fiches_en_desordre = tuple(donnees.draw(st.permutations(fiches)))
    assert Histoire.de(DEMANDE, "MTQ", desordre) == recit.histoire
    assert _rejouer(desordre, fiches_en_desordre) == _rejouer(recit.episodes, fiches)


@settings(max_examples=200)
@given(recit=recits(), fiches=fiches_publiees(), donnees=st.data())
def test_sla_3_une_histoire_a_trous_attend_ou_se_juge_sans_jamais_echouer(
    recit: Recit, fiches: tuple[Fiche, ...], donnees: st.DataObject
) -> None:
    connus = donnees.draw(st.sets(st.sampled_from(recit.episodes), min_size=1))
    mesure = _rejouer(list(connus), fiches)
    creation = next((e.creation for e in connus if e.creation), None)
    abandonnee = any(e.nature in SANS_MESURE for e in connus)
    if creation is None:
        assert mesure.verdict is Verdict.EN_ATTENTE
    elif creation.approbation_requise and not abandonnee:
        approuvee = any(e.nature is Nature.APPROUVEE for e in connus)
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
    avec, sans = _rejouer(recit.episodes, fiches), _rejouer(recit.episodes, nus)
    assert (avec.verdict, avec.jours, avec.fin) == (sans.verdict, sans.jours, sans.fin)
    assert not sans.exclue

"""SLA-2, SLA-3 : le rejeu ne dépend que des faits connus; l'oracle est `tests/oracle/mesures`."""

from collections import Counter
from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.sla.tests.builders import Recit, calendrier, histoire, sept
from services.sla.tests.histoires_au_hasard import OUVRENT, fiches_publiees, recits, retraits
from sla.fiches.domaine import Fiche, Fiches, VersionRetiree
from sla.histoires.domaine import Episode, Rectification
from sla.mesures.adaptateurs.rendus.page_explication import rendre
from sla.mesures.domaine.explication import Explication, expliquer
from sla.mesures.domaine.verdict import JUGES, Mesure, Verdict, rejouer
from sla.mesures.entrees.schemas import ExplicationOut

Faits = list[Episode | Rectification]


def _rejouer(
    faits: Faits, fiches: tuple[Fiche, ...], retirees: tuple[VersionRetiree, ...] = ()
) -> list[Mesure]:
    return rejouer(histoire(faits), Fiches.de(fiches, retirees), calendrier())


def _expliquer(
    faits: Faits, fiches: tuple[Fiche, ...], retirees: tuple[VersionRetiree, ...] = ()
) -> list[Explication]:
    connue = histoire(faits)
    mesures = rejouer(connue, Fiches.de(fiches, retirees), calendrier())
    return [expliquer(mesure, connue, calendrier(), au=sept(30)) for mesure in mesures]


@settings(max_examples=200)
@given(recit=recits(), fiches=fiches_publiees(), donnees=st.data())
def test_sla_3_repetes_en_retard_en_desordre_meme_verdict_meme_explication(
    recit: Recit, fiches: tuple[Fiche, ...], donnees: st.DataObject
) -> None:
    """Épisodes et rectifications mêlés, chacun une ou plusieurs fois (DEM-12, DEM-13)."""
    retirees = donnees.draw(retraits(fiches))
    repetes = donnees.draw(st.lists(st.sampled_from(recit.faits), max_size=5))
    desordre = donnees.draw(st.permutations([*recit.faits, *repetes]))
    fiches_en_desordre = tuple(donnees.draw(st.permutations(fiches)))
    retraits_en_desordre = tuple(donnees.draw(st.permutations(retirees)))
    assert histoire(desordre) == recit.histoire
    melees = _expliquer(desordre, fiches_en_desordre, retraits_en_desordre)
    assert melees == _expliquer(recit.faits, fiches, retirees)


@settings(max_examples=300)
@given(recit=recits(), fiches=fiches_publiees())
def test_dem_12_la_fin_se_lit_des_livraisons_jamais_de_completee(
    recit: Recit, fiches: tuple[Fiche, ...]
) -> None:
    """Le fait dérivé peut manquer, ou devenir nul : le verdict est le même."""
    completees = [n for n, e in enumerate(recit.episodes) if e.type == "demande.complétée"]
    sans = [e for e in recit.episodes if e.type != "demande.complétée"]
    rectifies = list(recit.rectifications)
    avec = _rejouer(recit.faits, fiches)
    assume(avec)
    for place in completees:
        recit.rectifie(place, None)
    assert _rejouer([*sans, *rectifies], fiches) == avec == _rejouer(recit.faits, fiches)


@settings(max_examples=200)
@given(recit=recits(), fiches=fiches_publiees(), donnees=st.data())
def test_sla_3_une_histoire_a_trous_attend_ou_se_juge_sans_jamais_echouer(
    recit: Recit, fiches: tuple[Fiche, ...], donnees: st.DataObject
) -> None:
    places = donnees.draw(st.sets(st.sampled_from(range(len(recit.episodes))), min_size=1))
    faits: Faits = [*(recit.episodes[n] for n in places), *recit.rectifications]
    valables = histoire(faits).episodes
    explications = _expliquer(faits, fiches)
    for explication in explications:
        mesure = explication.mesure
        types = {e.type for e in valables}
        assert types & set(OUVRENT)
        if mesure.j0 is None:
            assert mesure.verdict in {Verdict.EN_COURS, Verdict.NON_MESUREE}
            assert "demande.approuvée" not in types


@settings(max_examples=100)
@given(recit=recits(), fiches=fiches_publiees())
def test_sla_8_une_exclusion_ne_change_pas_le_verdict(
    recit: Recit, fiches: tuple[Fiche, ...]
) -> None:
    nus = tuple(
        replace(f, indicateurs=tuple(replace(i, conditions=()) for i in f.indicateurs))
        for f in fiches
    )
    for avec, sans in zip(_rejouer(recit.faits, fiches), _rejouer(recit.faits, nus), strict=True):
        assert (avec.verdict, avec.jours, avec.fin) == (sans.verdict, sans.jours, sans.fin)
        assert not sans.exclue


def _rendues(
    recit: Recit, fiches: tuple[Fiche, ...], avant: date
) -> dict[UUID, tuple[date, str, str]]:
    """L'explication, en JSON et en page, de chaque mesure ouverte avant cette date."""
    rendues = {}
    for explication in _expliquer(recit.faits, fiches):
        mesure = explication.mesure
        if mesure.j0 is not None and mesure.j0 < avant:
            corps = ExplicationOut.model_validate(explication).model_dump_json()
            rendues[mesure.id] = mesure.j0, corps, rendre(explication)
    return rendues


def _taux(recits_: list[Recit], fiches: tuple[Fiche, ...], avant: date) -> Counter[object]:
    """Conformes et mesurées par indicateur, des mois d'avant cette date (SLA-4)."""
    comptes: Counter[object] = Counter()
    for recit in recits_:
        for m in _rejouer(recit.faits, fiches):
            # Finie la veille au soir, ouverte le lendemain : son J0 est sous la nouvelle version.
            if m.verdict in JUGES and m.mois is not None and (m.j0 or avant) < avant:
                comptes[m.regime.indicateur.code, str(m.mois), m.verdict, m.exclue] += 1
    return comptes


@settings(max_examples=300)
@given(
    vies=st.lists(recits(), min_size=1, max_size=3),
    fiches=fiches_publiees(),
    futures=fiches_publiees(),
    code=st.sampled_from(("POSTES", "AUTRE", "NEUVE")),
    donnees=st.data(),
)
def test_cat_5_publier_une_version_future_ne_change_aucun_octet_d_avant_sa_date(
    vies: list[Recit],
    fiches: tuple[Fiche, ...],
    futures: tuple[Fiche, ...],
    code: str,
    donnees: st.DataObject,
) -> None:
    """Une version quelconque, d'une fiche connue ou non, à n'importe quelle date."""
    assume(futures)
    debut = donnees.draw(st.dates(date(2025, 12, 1), date(2027, 6, 1)))
    future = replace(futures[0], code=code, version=9, debut=debut)
    # Le passé ne change pas : ce qui est déjà publié pour plus tard peut l'être.
    publiees = (*fiches, future)
    for vie in vies:
        assert _rendues(vie, fiches, debut) == _rendues(vie, publiees, debut)
    assert _taux(vies, fiches, debut) == _taux(vies, publiees, debut)

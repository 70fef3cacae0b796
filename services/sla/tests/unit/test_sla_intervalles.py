"""Chaque intervalle d'une explication dit sa règle et ses faits; les jours suspendus (SLA-3)."""

from datetime import date

import pytest
from hypothesis import given

from calendrier import Motif
from services.sla.tests.builders import Recit, calendrier, fiche, fiches, indicateur, sept
from services.sla.tests.histoires_au_hasard import fiches_publiees, recits
from sla.fiches.domaine import Fiche, Fiches
from sla.mesures.adaptateurs.rendus.page_explication import rendre
from sla.mesures.domaine.explication import Explication, expliquer
from sla.mesures.domaine.verdict import rejouer

_CHOMES = {Motif.FIN_DE_SEMAINE, Motif.FERIE}


def expliquer_au_30(recit: Recit, versions: Fiches | None = None) -> list[Explication]:
    histoire = recit.histoire
    mesures = rejouer(histoire, versions or fiches(), calendrier())
    return [expliquer(mesure, histoire, calendrier(), au=sept(30)) for mesure in mesures]


@pytest.fixture
def suspendue() -> Explication:
    """Créée le 1er, suspendue du 2 au 4, de nouveau du 8 à 9 h au 8 à 15 h, livrée le 10."""
    recit = Recit().creee(sept(1)).suspendue(sept(2)).reprise(sept(4))
    recit.suspendue(sept(8)).reprise(sept(8, 15)).livree(sept(10))
    (explication,) = expliquer_au_30(recit)
    return explication


def test_sla_3_chaque_intervalle_dit_sa_regle_et_ses_faits(suspendue: Explication) -> None:
    rangs = {fait.episode.acte_id: n for n, fait in enumerate(suspendue.faits, 1)}
    assert [
        (i.intervalle.motif, i.regle[-7:], [rangs[acte] for acte in i.actes])
        for i in suspendue.intervalles
    ] == [
        (Motif.J0, "SLA-2).", [1]),
        (Motif.CLIENT, "SLA-2).", [2]),
        (Motif.COMPTE, "SLA-2).", [3]),
        (Motif.FIN_DE_SEMAINE, "SLA-1).", []),
        (Motif.FERIE, "SLA-1).", []),
        (Motif.COMPTE, "SLA-2).", [5]),  # suspendue le 8, reprise avant la fermeture
        (Motif.FIN, "SLA-2).", [6]),
    ]


def test_sla_3_les_jours_suspendus_se_disent_fait_par_fait(suspendue: Explication) -> None:
    (suspension,) = suspendue.detail.suspensions
    assert suspension.acte == suspendue.faits[1].episode.acte_id
    assert (suspension.debut, suspension.fin, suspension.jours) == (
        date(2026, 9, 2),
        date(2026, 9, 3),
        2,
    )
    assert "Jours suspendus, par raison" in rendre(suspendue)


@given(recit=recits(), versions=fiches_publiees())
def test_sla_3_rien_ne_se_compte_ni_ne_se_suspend_sans_fait(
    recit: Recit, versions: tuple[Fiche, ...]
) -> None:
    for explication in expliquer_au_30(recit, Fiches.de(versions)):
        connus = {fait.episode.acte_id for fait in explication.faits if not fait.nul}
        for i in explication.intervalles:
            assert set(i.actes) <= connus
            assert bool(i.actes) is (i.intervalle.motif not in _CHOMES), i
        clients = [j for j in explication.detail.jours if j.motif is Motif.CLIENT]
        assert sum(s.jours for s in explication.detail.suspensions) == len(clients)


def test_sla_6_la_frise_va_jusqu_a_l_echeance_et_marque_la_limite() -> None:
    (explication,) = expliquer_au_30(Recit().creee(sept(21)).suspendue(sept(24)).reprise(sept(28)))
    page = rendre(explication).replace("\N{NO-BREAK SPACE}", " ")
    assert "mercredi 30 septembre : jour pas encore fini, 5e jour" in page
    assert "mercredi 7 octobre : jour à venir, 10e jour, dernier jour du délai." in page
    assert explication.echeance_projetee == date(2026, 10, 7)
    assert page.count('class="limite"') == len(["la case", "la légende"])


@given(recit=recits())
def test_sla_6_le_dernier_jour_prevu_est_l_echeance(recit: Recit) -> None:
    for explication in expliquer_au_30(recit, fiches(fiche(indicateur(delai=8)))):
        if explication.prevus:
            assert explication.prevus[-1].fin == explication.echeance_projetee
            comptes = sum(i.jours for i in explication.prevus)
            deja = explication.decompte.jours if explication.decompte else 0
            assert deja + comptes == 8

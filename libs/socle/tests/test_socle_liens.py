"""Ce qui relie deux traces : un acte d'un autre jour, un lot de messages, une tâche."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import Span, TracerProvider

from socle.exploitation.traces import (
    LIENS_AU_PLUS,
    premier_suivi,
    relier,
    suivie,
    trace_a_garder,
    traceparent,
)

SUIVIE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
TUE = "00-4bf92f3577b34da6a3ce929d0e0e4737-00f067aa0ba902b7-00"


@pytest.fixture
def etape_en_cours() -> Iterator[Span]:
    """Une étape qui part, sans rien installer du processus."""
    with TracerProvider().get_tracer("essai").start_as_current_span("acte") as span:
        assert isinstance(span, Span)
        yield span


def test_une_etape_se_relie_a_ce_qu_on_a_garde(etape_en_cours: Span) -> None:
    relier([SUIVIE, SUIVIE, None])
    (lien,) = etape_en_cours.links
    assert f"{lien.context.trace_id:032x}" == SUIVIE.split("-")[1]


@pytest.mark.parametrize(
    "illisible", ["", "n'importe quoi1", SUIVIE + "1" * 5_000, "00-" + "0" * 32 + SUIVIE[35:], TUE]
)
def test_un_contexte_illisible_ou_tu_ne_relie_a_rien(etape_en_cours: Span, illisible: str) -> None:
    relier([illisible])
    assert not etape_en_cours.links


def test_une_etape_ne_se_relie_pas_a_sa_propre_trace(etape_en_cours: Span) -> None:
    relier([traceparent()])
    assert not etape_en_cours.links


def test_les_liens_sont_bornes(etape_en_cours: Span) -> None:
    relier(f"00-{rang:032x}-00f067aa0ba902b7-01" for rang in range(1, 3 * LIENS_AU_PLUS))
    assert len(etape_en_cours.links) == LIENS_AU_PLUS


def test_on_ne_garde_que_la_trace_qui_part(etape_en_cours: Span) -> None:
    assert trace_a_garder() == traceparent()
    with trace.use_span(trace.NonRecordingSpan(trace.INVALID_SPAN_CONTEXT)):
        assert trace_a_garder() is None
        assert not suivie()
        relier([SUIVIE])


def test_le_parent_d_un_lot_est_le_premier_qui_part() -> None:
    assert premier_suivi([TUE, SUIVIE]) == SUIVIE
    assert premier_suivi([TUE]) == TUE
    assert premier_suivi([]) == ""

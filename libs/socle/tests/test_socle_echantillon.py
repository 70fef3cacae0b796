"""L'échantillonnage des traces : nos sondages n'en font pas, ce qu'on nous demande si."""

import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Decision
from opentelemetry.trace import SpanKind

from socle.exploitation.envoi_des_traces import SansSondages


@pytest.mark.parametrize(
    ("nom", "genre", "gardee"),
    [
        ("SELECT", SpanKind.CLIENT, False),
        ("BEGIN;", SpanKind.CLIENT, False),
        ("POST", SpanKind.CLIENT, True),
        ("POST /v1/demandes", SpanKind.SERVER, True),
        ("recevoir", SpanKind.CONSUMER, True),
    ],
)
def test_une_instruction_sans_parent_ne_fait_pas_une_trace(
    nom: str, genre: SpanKind, *, gardee: bool
) -> None:
    gardee_ou_non = Decision.RECORD_AND_SAMPLE if gardee else Decision.DROP
    assert SansSondages(ALWAYS_ON).should_sample(None, 1, nom, genre).decision is gardee_ou_non
    tue = SansSondages(ALWAYS_OFF).should_sample(None, 1, nom, genre).decision
    assert tue is Decision.DROP

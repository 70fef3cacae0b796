"""Une facture se relie aux traces des faits qu'elle compte : sa tâche n'a pas d'autre parent."""

from dataclasses import replace
from uuid import uuid4

import pytest
from opentelemetry.sdk.trace import Span, TracerProvider

from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import SUJETS, executer, jour, livraison, planter

pytestmark = pytest.mark.integration
TRACES = [f"{rang:032x}" for rang in (0xA1, 0xB2, 0xC3)]
DES_MTQ, DES_RAMQ, TUE = (f"00-{trace}-00f067aa0ba902b7-01" for trace in TRACES)


async def test_fac_9_la_facture_se_relie_aux_traces_de_ses_faits(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    dits = (("MTQ", DES_MTQ), ("MTQ", DES_MTQ), ("RAMQ", DES_RAMQ), ("RAMQ", TUE[:-1] + "0"))
    for code, parent in dits:
        recu = b.message(livraison(uuid4(), code=code), survenu_le=a(jour(1)))
        suivi = replace(recu, en_tetes={**recu.en_tetes, "traceparent": parent})
        await b.recevoir_messages([suivi])
    b.horloge.aller("2026-10-05T09:00-04:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    with TracerProvider().get_tracer("essai").start_as_current_span("emettre_facture") as span:
        assert len((await executer(b))["sorts"]) == 2
    assert isinstance(span, Span)
    assert sorted(f"{lien.context.trace_id:032x}" for lien in span.links) == TRACES[:2]

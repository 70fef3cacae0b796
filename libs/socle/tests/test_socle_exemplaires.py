"""Les exemplaires : d'une durée lente à sa trace, par OpenMetrics; les noms sont ceux du texte."""

from collections.abc import Iterable, Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as lire_openmetrics
from prometheus_client.parser import text_string_to_metric_families as lire_texte

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.exploitation.traces import exemplaire

pytestmark = pytest.mark.integration

OPENMETRICS = "application/openmetrics-text"
PROMETHEUS_2 = (
    f"{OPENMETRICS};version=1.0.0,{OPENMETRICS};version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_3 = (
    f"{OPENMETRICS};version=1.0.0;escaping=allow-utf-8;q=0.5,{OPENMETRICS};version=0.0.1;q=0.4,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
)


async def _exemplaires(b: Banc) -> set[str]:
    """Les traces que disent les durées des requêtes."""
    texte = (await b.gerer("/metrics", OPENMETRICS)).text
    return {
        mesure.exemplar.labels["trace_id"]
        for famille in lire_openmetrics(texte)  # type: ignore[no-untyped-call]
        if famille.name == "sbg_http_duree_secondes"
        for mesure in famille.samples
        if mesure.exemplar
    }


async def test_une_duree_dit_la_trace_qui_part(banc: MonterBanc) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    await client.get("/v1/comptes")
    assert await _exemplaires(b) == set()
    with TracerProvider().get_tracer("essai").start_as_current_span("portail") as etape:
        await client.get("/v1/comptes")
    assert await _exemplaires(b) == {f"{etape.get_span_context().trace_id:032x}"}


async def test_un_appelant_n_y_met_rien_de_ce_qui_ne_part_pas_d_ici(banc: MonterBanc) -> None:
    """Son `traceparent` se dit gardé; rien ne s'envoie d'ici, et nul ne le retrouverait."""
    b = await banc(service())
    suivi = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}
    await b.client("demandeur", organisme="MTQ").get("/v1/comptes", headers=suivi)
    assert await _exemplaires(b) == set()
    assert exemplaire() is None


@pytest.mark.parametrize(
    ("accept", "rendu"),
    [
        (PROMETHEUS_2, OPENMETRICS),
        (PROMETHEUS_3, OPENMETRICS),
        (f"{OPENMETRICS};version=illisible", OPENMETRICS),
        ("*/*", "text/plain"),
        ("", "text/plain"),
        ("text/html", "text/plain"),
        (f"{OPENMETRICS};q=0", "text/plain"),
        (f"{OPENMETRICS};q=0.2, text/plain", "text/plain"),
    ],
)
async def test_openmetrics_va_a_qui_le_prefere(banc: MonterBanc, accept: str, rendu: str) -> None:
    b = await banc(service())
    reponse = await b.gerer("/metrics", accept)
    assert reponse.status_code == 200
    assert reponse.headers["content-type"].partition(";")[0] == rendu
    assert reponse.text.endswith("# EOF\n") is (rendu == OPENMETRICS)


async def test_les_deux_formats_disent_les_memes_series(banc: MonterBanc) -> None:
    """Ni un nom ni une étiquette n'en change : règles et tableaux lisent l'un comme l'autre."""
    b = await banc(service())
    await b.client("demandeur", organisme="MTQ").get("/v1/comptes")
    texte, riche = await b.gerer("/metrics"), await b.gerer("/metrics", OPENMETRICS)
    dites = set(_series(lire_texte(texte.text)))
    assert dites == set(_series(lire_openmetrics(riche.text)))  # type: ignore[no-untyped-call]
    assert any(nom == "sbg_relais_faits_total" for nom, _ in dites)


def _series(familles: Iterable[Metric]) -> Iterator[tuple[str, frozenset[tuple[str, str]]]]:
    for famille in familles:
        for mesure in famille.samples:
            yield mesure.name, frozenset(mesure.labels.items())

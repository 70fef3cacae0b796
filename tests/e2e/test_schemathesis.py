"""Schemathesis bombarde les cinq documents OpenAPI : aucun 500, aucune réponse hors document."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Err
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from demo.ports import SERVICES
from demo.systeme import Systeme
from noyau import ANNUAIRE
from outils.moteurs.ensemble import bus_demande

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("systeme")]

EXEMPLES = 12 if bus_demande() == "kafka" else 6
"""Exemples par opération : assez pour les formes fautives, borné pour la durée.

Le vrai Kafka, qui joue la même suite, en tire le double.
"""

OPERATIONS = {"catalogue": 13, "demandes": 41, "facturation": 7, "sla": 7, "courtier": 22}
"""Les opérations de chaque document, au moins."""

SIGNEES = {"POST /v1/itsm/evenements"}
"""Les opérations que seule une signature ouvre : un cas tiré au sort n'y est jamais reçu."""

CONTROLES = [not_a_server_error, status_code_conformance, response_schema_conformance]
"""Ni panne, ni statut que le contrat n'annonce, ni corps qui n'est pas de son schéma."""

REGLAGES = settings(
    max_examples=EXEMPLES,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("service", SERVICES)
async def test_aucun_500(systeme: Systeme, service: str) -> None:
    await asyncio.to_thread(_bombarder, systeme, service)


def _bombarder(systeme: Systeme, service: str) -> None:
    schema = schemathesis.openapi.from_url(f"{systeme.adresses[service]}/openapi.json")
    statuts: dict[str, list[int]] = {}
    for resultat in schema.get_all_operations():
        assert not isinstance(resultat, Err), "une opération mal décrite"
        operation = resultat.ok()
        role = next(iter(operation.definition.raw.get("x-roles", ["admin"])))
        organisme = "ZZZ" if role in ANNUAIRE.organisme else None
        statuts[operation.label] = _essayer(operation, systeme.jeton(role, organisme=organisme))
    assert len(statuts) >= OPERATIONS[service]
    cas = sum(map(len, statuts.values()))
    assert cas >= EXEMPLES * OPERATIONS[service] * 0.9, f"{cas} cas seulement"
    fermees = {nom for nom, rendus in statuts.items() if set(rendus) <= {401, 403}}
    assert fermees <= SIGNEES, "rien n'y est essayé que l'accès"


def _essayer(operation: APIOperation[Any, Any, Any, Any], jeton: str) -> list[int]:
    """Les statuts rendus."""
    statuts: list[int] = []

    @seed(2026)
    @REGLAGES
    @given(case=operation.as_strategy())
    def essayer(case: "Case[Any]") -> None:
        en_tetes = {"Authorization": f"Bearer {jeton}", "Idempotency-Key": uuid4().hex}
        rendu = case.call_and_validate(headers=en_tetes, checks=CONTROLES, timeout=10)
        statuts.append(rendu.status_code)

    essayer()
    return statuts

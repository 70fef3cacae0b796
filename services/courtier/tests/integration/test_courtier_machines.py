"""CI-16 : une machine n'approuve, ne valide ni ne signe jamais, quels que soient ses rôles."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from noyau import ANNUAIRE
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration

INCONNU = "00000000-0000-7000-8000-000000000000"
TENUES = "/v1/contrats/{contrat_id}/"
"""Les commandes et les factures : le système de gestion de l'organisme les tient (CI-19)."""


def ecritures(document: Mapping[str, Any]) -> Iterator[tuple[str, str, frozenset[str]]]:
    """La méthode, l'adresse et les rôles de chaque route qui écrit."""
    for chemin, methodes in document["paths"].items():
        for methode, operation in methodes.items():
            if methode != "get" and operation.get("x-roles"):
                yield methode.upper(), chemin, frozenset(operation["x-roles"])


async def test_ci_16_nulle_ecriture_ne_passe_par_une_machine_deguisee(marche: Marche) -> None:
    """Chaque route, de chaque rôle qu'elle nomme, avec celui d'une machine : 403 et sa règle."""
    routes = list(ecritures(marche.banc.application.openapi()))
    assert len(routes) > 80
    humaines = [r for r in routes if not r[2] & ANNUAIRE.machines]
    for methode, chemin, _ in set(routes) - set(humaines):
        assert chemin.startswith((f"{TENUES}commandes", f"{TENUES}factures")), (methode, chemin)
    for methode, chemin, roles in humaines:
        adresse = "/".join(INCONNU if p.startswith("{") else p for p in chemin.split("/"))
        for role in sorted(roles):
            organisme = "MTQ" if role in ANNUAIRE.organisme else None
            machine = marche.banc.client(role, "integration", organisme=organisme)
            refus = await machine.request(methode, adresse, json={}, headers={"If-Match": '"1"'})
            contexte = f"{methode} {chemin} de {role} : {refus.status_code} {refus.text}"
            assert refus.status_code == 403, contexte
            assert refus.json()["regle"].startswith(("CI-", "DEM-")), contexte


async def test_ci_16_le_client_valide_par_une_personne_seulement(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    machine = marche.banc.client("gestionnaire", "integration", organisme="MTQ", sujet="ged")
    refus = await machine.post(f"{chemin}/validation")
    assert (refus.status_code, refus.json()["regle"]) == (403, "CI-16")
    assert (await machine.get(chemin)).json()["etat"] == "prepare"
    assert (await marche.gestionnaire.post(f"{chemin}/validation")).status_code == 200

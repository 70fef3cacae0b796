"""Le vérificateur lit tout, n'écrit rien, et rien de ce qu'il lit n'échappe à l'audit."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from demo.ports import SERVICES
from outils.essais.greffon import MonterBanc
from tests.securite.constat import constater
from tests.securite.documents import Operation, Place, operations

pytestmark = pytest.mark.integration
AUDITEES = text("SELECT operation FROM socle_audit WHERE acteur = 'verificateur-1' ORDER BY id")
FORMES = ("MTQ", "2026-09", "2026-2027", "PT-1", "messagerie", "D-2026-000001", "0" * 64, "2026-1")


@pytest.mark.parametrize("service", SERVICES)
async def test_chaque_lecture_lui_est_ouverte_et_s_inscrit(banc: MonterBanc, service: str) -> None:
    """Une route de demain y entre d'elle-même; aucune n'a à le nommer."""
    monte = await banc(service)
    client = monte.client("verificateur", sujet="verificateur-1")
    lues: list[str] = []
    for operation in (o for o in operations(monte.application.openapi()) if o.roles):
        corps = {} if operation.exemple is None else {"json": operation.exemple}
        condition = {"If-Match": '"1"'} if operation.methode in {"PUT", "PATCH"} else {}
        reponse = await client.request(
            operation.methode, adresse(operation), headers=condition, **corps
        )
        if operation.methode == "GET":
            assert reponse.status_code in {200, 404, 409, 422}, operation.nom
            lues += [operation.nom] if reponse.status_code != 422 else []
        else:
            assert reponse.status_code == 403, operation.nom
    async with monte.interne() as connexion:
        auditees = await connexion.colonne(AUDITEES)
    inscrites = [nom for nom in lues if nom in auditees]
    assert len(lues) > 5
    assert inscrites == lues
    part = 100 * len(inscrites) / len(lues)
    constater(f"audit, {service} : lectures du vérificateur inscrites, %", part)


def adresse(operation: Operation) -> str:
    """L'adresse d'un objet inconnu, bien formée."""
    return operation.adresse({place.nom: _bien_forme(place) for place in operation.dans("path")})


def _bien_forme(place: Place) -> str:
    if place.schema.get("format") == "uuid":
        return str(uuid4())
    return next((forme for forme in FORMES if place.accueille(forme)), "1")

"""Chaque opération des cinq services, lue de son OpenAPI, face à la mauvaise entrée.

Une route nouvelle entre d'elle-même dans ces essais; chacun dit combien il en a tenté, et échoue en
deçà de son plancher : une boucle qui n'a rien essayé ne prouve rien.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from noyau import ANNUAIRE
from outils.contrats.ecoutants import SERVICES
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.tables import TABLES
from socle.validation import PROPRES

pytestmark = pytest.mark.integration

INCONNU = UUID("00000000-0000-7000-8000-000000000000")


@dataclass(frozen=True, slots=True)
class Plancher:
    """Ce que les essais d'un service tentent au moins."""

    operations: int
    ouvertes: int
    """Sans rôle nommé, une route accepte tout rôle : aucun n'y est refusé. Compte exact."""
    ecritures: int
    corps: int
    identifiants: int
    parametres: int
    """Les paramètres de requête, une fois par opération qui les connaît."""


PLANCHERS: Mapping[str, Plancher] = {
    # opérations, ouvertes, écritures, corps, identifiants, paramètres
    "catalogue": Plancher(16, 9, 7, 6, 9, 22),
    "demandes": Plancher(40, 0, 25, 25, 29, 37),
    "facturation": Plancher(7, 0, 1, 1, 3, 14),
    "sla": Plancher(7, 0, 0, 0, 2, 25),
    "courtier": Plancher(22, 0, 12, 10, 14, 22),
}


CREENT = frozenset(
    {("POST", "/v1/fiches/{code}/versions"), ("PUT", "/v1/budgets/{organisme}/{exercice}")}
)
"""Ce qui crée ce que nomme son adresse : un nom inconnu y est neuf par nature (CAT-5)."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Une opération d'un document OpenAPI."""

    methode: str
    chemin: str
    roles: tuple[str, ...]
    corps: bool
    """Vrai d'un corps JSON; un fichier a ses propres essais."""
    exemple: object
    parametres: tuple[dict[str, Any], ...]
    dits: frozenset[int]
    """Les statuts que le contrat annonce."""

    def adresse(self) -> str:
        """L'adresse, chaque paramètre de chemin rempli d'une valeur bien formée mais inconnue."""
        chemin = self.chemin
        for parametre in self.parametres:
            if parametre["in"] == "path":
                chemin = chemin.replace(f"{{{parametre['name']}}}", _inconnu(parametre))
        return chemin


def _inconnu(parametre: dict[str, Any]) -> str:
    schema = parametre.get("schema", {})
    exemples = schema.get("examples") or [parametre.get("example")]
    if schema.get("format") == "uuid":
        return str(INCONNU)
    return str(exemples[0] or "ZZ-INCONNU")


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for chemin, methodes in document["paths"].items():
        for methode, operation in methodes.items():
            yield Operation(
                methode.upper(),
                chemin,
                tuple(operation.get("x-roles", ())),
                "application/json" in operation.get("requestBody", {}).get("content", {}),
                _exemple(operation, document),
                tuple(operation.get("parameters", ())),
                frozenset(map(int, operation["responses"])),
            )


def _exemple(operation: dict[str, Any], document: dict[str, Any]) -> object:
    contenu = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "examples" in contenu:
        return next(iter(contenu["examples"].values()))["value"]
    if "example" in contenu:
        return contenu["example"]
    schema = contenu.get("schema", {})
    choix = [schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())]
    noms = [partie["$ref"].rpartition("/")[2] for partie in choix if "$ref" in partie]
    modeles = [document["components"]["schemas"][nom] for nom in noms]
    return next((m["examples"][0] for m in (schema, *modeles) if m.get("examples")), None)


def _organisme(role: str) -> str | None:
    return "MTQ" if role in ANNUAIRE.organisme else None


async def _empreinte(b: Banc) -> list[tuple[str, int]]:
    """Le nombre de lignes de chaque table : la base est-elle comme avant ?"""
    async with b.interne() as cx:
        tables = await cx.colonne(text(TABLES))
        return [(t, await cx.valeur(text(f"SELECT count(*) FROM {t}"))) for t in tables]


def _verifier(operation: Operation, reponse: httpx.Response, *statuts: int) -> None:
    contexte = (
        f"{operation.methode} {operation.chemin} : {reponse.status_code} {reponse.text[:300]}"
    )
    assert reponse.status_code in statuts, contexte
    assert reponse.status_code in operation.dits, f"hors du contrat : {contexte}"
    assert reponse.headers["content-type"] == "application/problem+json", contexte
    assert reponse.json()["status"] == reponse.status_code, contexte


@pytest.fixture(params=SERVICES)
async def monte(request: pytest.FixtureRequest, banc: MonterBanc) -> tuple[Banc, list[Operation]]:
    """Un service monté et ses opérations protégées."""
    b = await banc(request.param)
    operations = [o for o in _operations(b.application.openapi()) if o.roles]
    assert len(operations) >= PLANCHERS[request.param].operations
    return b, operations


async def test_sans_jeton_ou_jeton_perime(monte: tuple[Banc, list[Operation]]) -> None:
    b, operations = monte
    perime = {"Authorization": f"Bearer {b.emetteur.jeton(['admin'], duree=-60)}"}
    avant = await _empreinte(b)
    for o in operations:
        sans = await b.client().request(o.methode, o.adresse(), json=o.exemple)
        _verifier(o, sans, 401)
        vieux = await b.client().request(o.methode, o.adresse(), json=o.exemple, headers=perime)
        _verifier(o, vieux, 401)
    assert await _empreinte(b) == avant


async def test_mauvais_role(monte: tuple[Banc, list[Operation]]) -> None:
    b, operations = monte
    plancher = PLANCHERS[b.service.nom]
    fermees = [o for o in operations if ANNUAIRE.roles - set(o.roles)]
    assert len(fermees) >= plancher.operations - plancher.ouvertes
    ouvertes = len(operations) - len(fermees)
    assert ouvertes == plancher.ouvertes, "une route ouverte à tous les rôles se déclare"
    for o in fermees:
        # Le vérificateur lit tout et n'écrit rien; le dirigeant n'a que les routes qui le nomment.
        assert o.methode == "GET" or "verificateur" not in o.roles, f"{o.methode} {o.chemin}"
        refuses = sorted(ANNUAIRE.roles - set(o.roles))
        for role in {*refuses[:2], *({"verificateur", "dirigeant"} & set(refuses))}:
            client = b.client(role, organisme=_organisme(role))
            en_tetes = {"If-Match": '"1"'}
            reponse = await client.request(o.methode, o.adresse(), json=o.exemple, headers=en_tetes)
            _verifier(o, reponse, 403)


async def test_cle_et_condition_manquantes(monte: tuple[Banc, list[Operation]]) -> None:
    b, operations = monte
    tentees = 0
    for o in operations:
        client = b.client(o.roles[0], organisme=_organisme(o.roles[0]))
        if o.methode == "POST":
            vide = {"Idempotency-Key": ""}
            _verifier(o, await client.post(o.adresse(), json=o.exemple, headers=vide), 400)
        elif o.methode in {"PUT", "PATCH"}:
            _verifier(o, await client.request(o.methode, o.adresse(), json=o.exemple), 428)
        else:
            assert o.methode == "GET", f"{o.methode} {o.chemin} : ni clé ni condition essayée"
            continue
        tentees += 1
    assert tentees >= PLANCHERS[b.service.nom].ecritures


async def test_parametre_inconnu_ou_repete(monte: tuple[Banc, list[Operation]]) -> None:
    """Un filtre mal écrit qu'on ignorerait rendrait tout; un filtre répété, on ne sait lequel."""
    b, operations = monte
    avant = await _empreinte(b)
    tentes = 0
    for o in operations:
        client = b.client(o.roles[0], organisme=_organisme(o.roles[0]))
        connus = [p["name"] for p in o.parametres if p["in"] == "query"]
        fautes = [("zz_inconnu=1", "zz_inconnu", PROPRES["parametre_inconnu"])]
        fautes += [(f"{nom}=1&{nom}=1", nom, PROPRES["parametre_repete"]) for nom in connus]
        for requete, nom, faute in fautes:
            adresse, condition = f"{o.adresse()}?{requete}", {"If-Match": '"1"'}
            reponse = await client.request(o.methode, adresse, json=o.exemple, headers=condition)
            _verifier(o, reponse, 422)
            assert reponse.json()["title"] == "Données invalides"
            assert {"champ": f"requete.{nom}", "faute": faute} in reponse.json()["fautes"]
        tentes += len(connus)
    assert tentes >= PLANCHERS[b.service.nom].parametres
    assert await _empreinte(b) == avant


FAUTIFS = (
    (422, b'{"a":'),
    (422, b'{"champ_inconnu": 1}'),
    (422, b'["une liste"]'),
    (413, b" " * 1_100_000),
)


async def _envoyer(client: httpx.AsyncClient, o: Operation, corps: bytes) -> httpx.Response:
    en_tetes = {
        "If-Match": '"1"',
        "Content-Type": "application/json",
        "Idempotency-Key": uuid4().hex,
    }
    return await client.request(o.methode, o.adresse(), content=corps, headers=en_tetes)


async def test_corps_fautif(monte: tuple[Banc, list[Operation]]) -> None:
    b, operations = monte
    avant = await _empreinte(b)
    tentees = 0
    for o in operations:
        if not o.corps:
            continue
        tentees += 1
        assert o.exemple is not None, f"{o.methode} {o.chemin} n'a pas d'exemple"
        client = b.client(o.roles[0], organisme=_organisme(o.roles[0]))
        for statut, corps in FAUTIFS:
            _verifier(o, await _envoyer(client, o, corps), statut)
    assert tentees >= PLANCHERS[b.service.nom].corps
    assert await _empreinte(b) == avant


async def test_identifiant_inconnu(monte: tuple[Banc, list[Operation]]) -> None:
    b, operations = monte
    avant = await _empreinte(b)
    tentees = 0
    for o in operations:
        if "{" not in o.chemin or (o.methode, o.chemin) in CREENT:
            continue
        tentees += 1
        client = b.client(o.roles[0], organisme=_organisme(o.roles[0]))
        reponse = await client.request(
            o.methode, o.adresse(), json=o.exemple, headers={"If-Match": '"1"'}
        )
        if o.methode == "GET" and reponse.status_code == 200:
            assert reponse.json() == {"elements": [], "suivant": None}, o.chemin
            continue
        _verifier(o, reponse, 403, 404, 409)
    assert tentees >= PLANCHERS[b.service.nom].identifiants
    assert await _empreinte(b) == avant

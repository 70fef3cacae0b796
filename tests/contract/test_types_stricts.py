"""Chaque nombre, vrai ou faux, date, décimal et identifiant qui entre par HTTP n'a qu'une écriture.

Lu de l'OpenAPI : une route nouvelle entre d'elle-même dans l'essai. « apercu: 0 » émettait une
facturation au lieu de la montrer.
"""

import json
from collections.abc import Iterator, Mapping
from uuid import uuid4

import httpx
import pytest

from noyau import ANNUAIRE
from outils.contrats.ecoutants import SERVICES
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from socle.web.motifs import exemples_des_motifs
from tests.securite.documents import Json, Operation, Place, feuilles, operations

pytestmark = pytest.mark.integration

PLANCHERS = {"catalogue": 60, "demandes": 60, "facturation": 10, "sla": 10, "courtier": 40}
"""Les places de chaque service, au moins : sans elles, la boucle ne prouverait rien."""

SANS_TIRETS = "0192f0c1111170008000000000000001"
DEVINES: Mapping[str, tuple[Json, ...]] = {
    "integer": ("1_0", "１４７", "+1", "0x1", 1.5, True),
    "boolean": (0, 1, "1", "oui", "t"),
    "decimal": ("1_000.00", "１４７", "-0", "1e3", "NaN", "Infinity", "+1", True),
    "date": (0, 1_795_655_464, "1795655464", "2026-09-01T00:00:00Z", "２０２６-09-01"),
    "date-time": (0, 1_795_655_464, "1795655464", "2026-09-01"),
    "uuid": (SANS_TIRETS, f"urn:uuid:{SANS_TIRETS}", f"{{{SANS_TIRETS}}}", 0),
}
"""Ce que pydantic lirait sans qu'on le retienne, par sorte de valeur."""


def sorte(place: Place) -> str | None:
    """La sorte de valeur d'une place, si elle en a une qui pourrait se deviner."""
    schema = place.schema
    if schema.get("type") in {"integer", "boolean"}:
        return str(schema["type"])
    if "[1-9][0-9]" in str(schema.get("pattern", "")) and "examples" in schema:
        return "decimal"
    return schema.get("format") if schema.get("format") in DEVINES else None


def places(document: Json, operation: Operation) -> Iterator[Place]:
    """Les places à essayer d'une opération; un exemple doit pouvoir porter celles du corps."""
    for place in feuilles(document, operation):
        # « egale » compare un fait, et se dit aussi en texte : 0 y est le texte « 0 » (CAT-9).
        if (
            sorte(place)
            and place.nom != "egale"
            and (place.ou != "body" or operation.exemple is not None)
        ):
            yield place


async def essayer(b: Banc, o: Operation, place: Place, valeur: Json) -> httpx.Response:
    """L'opération, la place à cette valeur; l'exemple du document pour le reste."""
    mcn = sorted(o.roles & ANNUAIRE.mcn)
    role, organisme = (mcn[0], None) if mcn else (min(o.roles), "MTQ")
    texte = valeur if isinstance(valeur, str) else json.dumps(valeur)
    chemin = {p.nom: str(uuid4()) for p in o.dans("path")}
    if place.ou == "path":
        chemin[place.nom] = texte
    en_tetes = {"If-Match": '"1"'} if o.methode in {"PUT", "PATCH"} else {}
    changements = [(place, valeur)] if place.ou == "body" else []
    envoi = {} if o.exemple is None else {"json": o.corps(*changements)}
    parametres = {place.nom: texte} if place.ou == "query" else {}
    client = b.client(role, organisme=organisme)
    return await client.request(
        o.methode, o.adresse(chemin), params=parametres, headers=en_tetes, **envoi
    )


def reproche(reponse: httpx.Response, place: Place) -> bool:
    """Vrai d'un 422 qui nomme la place."""
    if reponse.status_code != 422:
        return False
    champs = [faute["champ"] for faute in reponse.json().get("fautes", ())]
    return any(place.nom in champ for champ in champs)


@pytest.mark.parametrize("service", SERVICES)
async def test_ce_qui_se_devinerait_est_refuse(banc: MonterBanc, service: str) -> None:
    b = await banc(service)
    document, tentees, mal = b.application.openapi(), 0, dict[str, str]()
    for o in (o for o in operations(document) if o.roles):
        for place in places(document, o):
            tentees += 1
            for valeur in DEVINES[str(sorte(place))]:
                if place.ou != "body" and (str(valeur) == "1" or valeur is True):
                    continue
                reponse = await essayer(b, o, place, valeur)
                if not reproche(reponse, place):
                    ecrit = f"{o.nom}, {place.ou} {place.nom} = {valeur!r}"
                    mal[ecrit] = f"{reponse.status_code} {reponse.text[:200]}"
    assert not mal, f"{len(mal)} mal reçus : {json.dumps(mal, indent=1, ensure_ascii=False)}"
    assert tentees >= PLANCHERS[service], tentees
    assert await b.sortants() == []


def _motifs(partie: Json) -> Iterator[str]:
    if isinstance(partie, dict):
        if isinstance(motif := partie.get("pattern"), str):
            yield motif
        partie = list(partie.values())
    if isinstance(partie, list):
        for element in partie:
            yield from _motifs(element)


@pytest.mark.parametrize("service", SERVICES)
async def test_chaque_forme_a_un_exemple_a_montrer(banc: MonterBanc, service: str) -> None:
    """Sans lui, la faute dirait seulement que la forme n'est pas la bonne."""
    document = (await banc(service)).application.openapi()
    connus = {motif for motif, _ in exemples_des_motifs(document)}
    assert set(_motifs(document)) - connus == set()

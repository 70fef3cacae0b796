"""Chaque date, instant, mois et exercice qui entre par HTTP, lu de l'OpenAPI, aux bouts du temps.

Hors des années 2000 à 2100 : un 422 en français, sans effet. Dedans, même loin du calendrier
(2015 à 2040), un refus clair ou une réponse : jamais un 5xx. « 0001-01-01 » est la date non dite
de Go et de .NET.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice, product
from uuid import uuid4

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from noyau import ANNUAIRE
from outils.contrats.ecoutants import SERVICES
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from socle.horloge import horloge_systeme
from tests.contract.test_services_semes import semer
from tests.securite.documents import Json, Operation, Place, operations
from tests.securite.gestes import ALPHA, ORGANISMES
from tests.securite.intrus import ROLES_INTRUS, Donnees, empreinte
from tests.securite.semis import SECRET_ITSM

pytestmark = pytest.mark.integration

PLACES = {"catalogue": 10, "demandes": 19, "facturation": 3, "sla": 5, "courtier": 10}
"""Les places datées de chaque service, au moins : sans elles, la boucle ne prouverait rien."""

HORS: Mapping[str, tuple[str, ...]] = {
    "date": ("0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31"),
    "date-time": (
        "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1999-12-31T23:59:59.999999Z",
        "2000-01-01T00:00:00+14:00", "1999-12-31T23:00:00-05:00", "2101-01-01T00:00:00Z",
        "2100-12-31T23:59:59-12:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-12:00",
    ),
    "mois": ("0000-01", "0001-01", "1999-12", "2101-01", "9999-12"),
    "exercice": ("0001-0002", "1998-1999", "2101-2102", "9999-10000", "1-2", "2026-2028"),
}  # fmt: skip

DEDANS: Mapping[str, tuple[str, ...]] = {
    "date": ("2000-01-01", "2014-12-31", "2041-01-01", "2050-06-15", "2100-12-31"),
    "date-time": (
        "2000-01-01T05:00:00Z", "2000-01-01T00:00:00-05:00", "2014-12-31T12:00:00-05:00",
        "2050-06-15T12:00:00Z", "2100-12-31T23:59:59.999999Z",
    ),
    "mois": ("2000-01", "2014-12", "2041-01", "2050-06", "2100-12"),
    "exercice": ("2000-2001", "2014-2015", "2041-2042", "2099-2100"),
}  # fmt: skip


def sorte(place: Place) -> str | None:
    """« date », « date-time », « mois », « exercice »; rien si la place ne tient aucun temps."""
    if place.schema.get("format") in HORS:
        return str(place.schema["format"])
    formes = {"mois": "2026-09", "exercice": "2026-2027"}
    motif = str(place.schema.get("pattern", ""))
    if place.ou == "path" or not motif or re.search(motif, "MTQ"):
        return None
    return next((nom for nom, forme in formes.items() if re.search(motif, forme)), None)


def datees(operation: Operation) -> list[Place]:
    """Les places d'une opération qui tiennent un temps.

    D'un appel signé, celles que tous ses actes partagent : un essai à lui tient les autres.
    """
    communes = [p for p in operation.places if operation.roles or p.nom == "time"]
    return [place for place in communes if sorte(place)]


def chemins(operation: Operation, donnees: Donnees) -> Iterator[dict[str, str]]:
    """Quelques façons de remplir le chemin d'objets semés, puis d'un inconnu."""
    places = operation.dans("path")
    semes = sorted(donnees.communes.union(*donnees.marques.values()))
    choix = [[v for v in semes if p.accueille(v) and "/" not in v] for p in places]
    for valeurs in islice(product(*choix), 8):
        yield dict(zip((p.nom for p in places), valeurs, strict=True))
    yield {place.nom: str(uuid4()) for place in places}


async def essayer(
    b: Banc, operation: Operation, place: Place, valeur: str, chemin: Mapping[str, str]
) -> httpx.Response:
    """L'opération, l'exemple de son document pour le reste, où la place prend cette valeur."""
    mcn = sorted(operation.roles & ANNUAIRE.mcn)
    # Une machine qui porte un rôle de personne n'écrit pas au courtier (CI-16).
    siens = sorted(operation.roles & ANNUAIRE.organisme) or ROLES_INTRUS
    client = b.client(*mcn) if mcn else b.client(*siens, organisme=ALPHA)
    parametres = {place.nom: valeur} if place.ou == "query" else {}
    corps: Json = None
    if operation.exemple is not None:
        corps = operation.corps(*([(place, valeur)] if place.ou == "body" else []))
        if isinstance(corps, dict):
            corps |= {"organisme": ALPHA} if "organisme" in corps else {}
            corps |= {"partie": "fournisseur", "signataire": "F-1"} if "signe_le" in corps else {}
            corps.pop("engagement", None)
    envoi = {} if corps is None else {"json": corps}
    adresse = operation.adresse(chemin)
    if operation.roles:
        en_tetes = {"If-Match": '"1"'} if operation.methode in {"PUT", "PATCH"} else {}
        return await client.request(
            operation.methode, adresse, params=parametres, headers=en_tetes, **envoi
        )
    return await annoncer(b, corps)


async def annoncer(b: Banc, corps: Json) -> httpx.Response:
    """Un événement signé de l'ITSM."""
    texte, cle, instant = json.dumps(corps), uuid4().hex, horloge_systeme()
    signe = {
        "webhook-id": cle,
        "webhook-timestamp": str(int(instant.timestamp())),
        "webhook-signature": Webhook(SECRET_ITSM).sign(cle, instant, texte),
    }
    return await b.client().post("/v1/itsm/evenements", content=texte, headers=signe)


def fautes(reponse: httpx.Response) -> dict[str, str]:
    """Ce qu'un 422 reproche, par champ; d'un élément de liste, à sa liste."""
    reprochees = reponse.json().get("fautes", ()) if reponse.status_code == 422 else ()
    return {f["champ"].rpartition(".")[2].removesuffix("[0]"): f["faute"] for f in reprochees}


def est_refus(reponse: httpx.Response, nom: str) -> bool:
    """Un 422 en français, qui nomme la place."""
    francais = not re.search(r"\b(should|must|input|valid)\b", fautes(reponse).get(nom, "must"))
    return francais and reponse.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("service", SERVICES)
async def test_un_temps_hors_de_2000_a_2100_est_refuse(banc: MonterBanc, service: str) -> None:
    b, voulues = await semer(banc, service, lambda o: bool(datees(o)))
    donnees = await Donnees.lire(b, *ORGANISMES)
    avant = [await empreinte(b, organisme) for organisme in ORGANISMES]
    tentees, mal = 0, dict[str, str]()
    for o in voulues:
        chemin = next(chemins(o, donnees))
        for place in datees(o):
            tentees += 1
            for valeur in HORS[str(sorte(place))]:
                reponse = await essayer(b, o, place, valeur, chemin)
                if not est_refus(reponse, place.nom):
                    mal[f"{o.nom}, {place.nom} = {valeur}"] = f"{reponse.status_code}"
    assert not mal, f"{len(mal)} mal reçus : {mal}"
    assert tentees >= PLACES[service]
    assert [await empreinte(b, organisme) for organisme in ORGANISMES] == avant


@pytest.mark.parametrize("service", SERVICES)
async def test_un_temps_loin_mais_permis_n_est_jamais_un_500(
    banc: MonterBanc, service: str
) -> None:
    b, voulues = await semer(banc, service, lambda o: bool(datees(o)))
    donnees = await Donnees.lire(b, *ORGANISMES)
    tentees, mal = 0, dict[str, str]()
    for o in voulues:
        for place in datees(o):
            tentees += 1
            for valeur, chemin in product(DEDANS[str(sorte(place))], chemins(o, donnees)):
                reponse = await essayer(b, o, place, valeur, chemin)
                if reponse.is_server_error or place.nom in fautes(reponse):
                    mal[f"{o.nom}, {place.nom} = {valeur}"] = reponse.text[:300]
    assert not mal, f"{len(mal)} mal reçus : {mal}"
    assert tentees >= PLACES[service]


async def test_dem_10_un_instant_hors_de_2000_a_2100_est_refuse_de_l_itsm(
    banc: MonterBanc,
) -> None:
    """Chaque genre d'événement signé, et l'instant que porte une intervention."""
    b = await banc("demandes", itsm_secrets=SECRET_ITSM)
    document = b.application.openapi()
    exemples = {o.nom: o.exemple for o in operations(document)}
    articles = {"demande_id": str(uuid4()), "article_id": str(uuid4())}
    travaux = [{"tarif": "AMENAGEMENT-BUR", "minutes": 30}]
    donnees: Mapping[str, Json] = {
        "prise_en_charge": {"demande_id": articles["demande_id"]},
        "suspension": {"demande_id": articles["demande_id"], "motif": "Attente"},
        "reprise": {"demande_id": articles["demande_id"]},
        "livraison": articles,
        "heures_travaillees": {"demande_id": articles["demande_id"], "travaux": travaux},
        "completion": {"demande_id": articles["demande_id"]},
        "intervention": exemples["POST /v1/interventions"],
        "recuperation": {"actif_id": str(uuid4())},
    }
    corps = document["paths"]["/v1/itsm/evenements"]["post"]["requestBody"]["content"]
    genres = corps["application/json"]["schema"]["discriminator"]["mapping"]
    assert set(donnees) == set(genres), "un genre d'événement sans essai"
    mal = []
    for instant, genre in product(HORS["date-time"], donnees):
        reponse = await annoncer(b, {"type": genre, "time": instant, "data": donnees[genre]})
        mal += [] if est_refus(reponse, "time") else [f"{genre}, {instant} : {reponse.text}"]
    for instant in HORS["date-time"]:
        dite = {**donnees["intervention"], "debut": instant}
        annonce = {"type": "intervention", "time": "2026-09-01T13:00:00Z", "data": dite}
        reponse = await annoncer(b, annonce)
        mal += [] if est_refus(reponse, "debut") else [f"début, {instant} : {reponse.text}"]
    assert not mal

"""Chaque opération des cinq services, lue de son OpenAPI, devant les données de deux organismes."""

import json
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

import httpx
import pytest

from noyau import ANNUAIRE
from outils.contrats.ecoutants import SERVICES
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from socle.web.etags import versions_lues
from tests.securite.documents import Operation, operations
from tests.securite.gestes import ALPHA, BRAVO, ORGANISMES
from tests.securite.intrus import Donnees
from tests.securite.semis import REGLAGES, SEMIS

pytestmark = pytest.mark.integration

FILTRES = {"catalogue": 0, "demandes": 5, "facturation": 3, "sla": 3, "courtier": 1}
"""Les listes de chaque service qui se filtrent par organisme, au moins."""

CONDITIONS = {"catalogue": 1, "demandes": 2, "facturation": 1, "sla": 0, "courtier": 1}
"""Les PATCH et les PUT de chaque service, au moins."""

INCONNU = "ORG-INCONNU"


async def semer(
    banc: MonterBanc, service: str, voulue: Callable[[Operation], bool]
) -> tuple[Banc, list[Operation]]:
    """Le service monté, et ses opérations voulues; semé s'il en a."""
    monte = await banc(service, **REGLAGES.get(service, {}))
    voulues = [o for o in operations(monte.application.openapi()) if voulue(o)]
    if voulues:
        await SEMIS[service](monte)
    return monte, voulues


def du_mcn(monte: Banc, operation: Operation) -> httpx.AsyncClient:
    """Quelqu'un du MCN qui peut cette opération."""
    return monte.client(min(operation.roles & ANNUAIRE.mcn), sujet="agent")


def _d_organismes(operation: Operation) -> bool:
    """Vrai d'une liste qui se filtre par organisme."""
    return {"organisme", "curseur"} <= {place.nom for place in operation.dans("query")}


def qui_peut(monte: Banc, operation: Operation) -> httpx.AsyncClient:
    """Quelqu'un du MCN qui peut cette opération; s'il n'y en a pas, quelqu'un d'un organisme."""
    if operation.roles & ANNUAIRE.mcn:
        return du_mcn(monte, operation)
    return monte.client(min(operation.roles & ANNUAIRE.organisme), organisme=ALPHA)


def montres(reponse: httpx.Response) -> list[Any]:
    """Ce que montre une liste; un lot d'OCDS nomme les siens « releases »."""
    corps = reponse.json()
    lus: list[Any] = corps["releases"] if "releases" in corps else corps["elements"]
    return lus


@pytest.mark.parametrize("service", SERVICES)
async def test_un_organisme_n_en_nomme_pas_un_autre(banc: MonterBanc, service: str) -> None:
    """Existant ou non, un autre organisme est introuvable; au MCN, un inconnu donne une liste vide.

    Chaque liste semée montre quelque chose au MCN : une liste toujours vide ne prouverait rien.
    """
    monte, filtrees = await semer(
        banc, service, lambda o: _d_organismes(o) and bool(o.roles & ANNUAIRE.organisme)
    )
    assert len(filtrees) >= FILTRES[service]
    muettes = []
    for o in filtrees:
        role = min(o.roles & ANNUAIRE.organisme)
        moi, agent, adresse = monte.client(role, organisme=ALPHA), du_mcn(monte, o), o.adresse({})

        async def lire(
            client: httpx.AsyncClient, nomme: str | None, adresse: str = adresse
        ) -> httpx.Response:
            return await client.get(adresse, params={} if nomme is None else {"organisme": nomme})

        refus = [await lire(moi, nomme) for nomme in (BRAVO, INCONNU)]
        for refuse in refus:
            assert refuse.status_code == 404, f"{o.nom} : {refuse.text}"
            assert refuse.headers["content-type"] == "application/problem+json"
        assert refus[0].content == refus[1].content, "rien ne dit lequel existe"
        assert (await lire(moi, ALPHA)).json() == (await lire(moi, None)).json()

        vide = await lire(agent, INCONNU)
        assert (vide.status_code, montres(vide), vide.json().get("suivant")) == (200, [], None), (
            o.nom
        )
        assert (await lire(agent, "pas un code")).status_code == 422, o.nom
        muettes += [] if montres(await lire(agent, None)) else [o.nom]
    assert not muettes, f"rien de semé : {muettes}"


@pytest.mark.parametrize("service", SERVICES)
async def test_une_condition_perimee_est_refusee(banc: MonterBanc, service: str) -> None:
    """412 sans effet : la version que personne n'a lue, puis celle qu'un autre a dépassée."""
    monte, modifications = await semer(banc, service, lambda o: o.methode in {"PATCH", "PUT"})
    assert len(modifications) >= CONDITIONS[service]
    donnees = await Donnees.lire(monte, *ORGANISMES)
    for o in modifications:
        client = qui_peut(monte, o)
        client.headers["Content-Type"] = "application/json"
        adresse, lue = await objet(client, o, donnees)
        corps = json.dumps(o.exemple)
        (version,) = versions_lues([lue.headers["ETag"]]) or frozenset[int]()
        dite = {"If-Match": f'"{version + 1}"'}
        await refuser(client, o, adresse, corps, dite)
        assert (await client.get(adresse)).content == lue.content

        actuelle = {"If-Match": lue.headers["ETag"]}
        faite = await client.request(o.methode, adresse, content=corps, headers=actuelle)
        assert faite.status_code == 200, f"{o.nom} : {faite.text}"
        assert faite.headers["ETag"].startswith(f'"{version + 1}.')
        # Une autre demande : la même, fût-elle écrite autrement, rendrait sa réponse gardée.
        if o.methode == "PATCH":
            await refuser(client, o, adresse, "{}", actuelle)


async def objet(
    client: httpx.AsyncClient, operation: Operation, donnees: Donnees
) -> tuple[str, httpx.Response]:
    """L'adresse d'un objet semé que cette opération modifie, et sa lecture."""
    connus = sorted(donnees.communes.union(*donnees.marques.values()))
    choix = [
        [v for v in (*connus, *p.schema.get("examples", ())) if p.accueille(v)]
        for p in operation.dans("path")
    ]
    for valeurs in product(*choix):
        noms = (place.nom for place in operation.dans("path"))
        adresse = operation.adresse(dict(zip(noms, valeurs, strict=True)))
        lue = await client.get(adresse)
        if lue.status_code == 200:
            return adresse, lue
    raise AssertionError(f"{operation.nom} : aucun objet semé")


async def refuser(
    client: httpx.AsyncClient,
    operation: Operation,
    adresse: str,
    corps: str,
    condition: Mapping[str, str],
) -> None:
    refus = await client.request(operation.methode, adresse, content=corps, headers=condition)
    assert refus.status_code == 412, f"{operation.nom} : {refus.status_code} {refus.text}"
    assert refus.headers["content-type"] == "application/problem+json"
    assert refus.json()["type"] == "/problemes/version-perimee"

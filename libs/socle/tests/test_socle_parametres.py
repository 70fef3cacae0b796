"""Les paramètres de requête : un nom inconnu ou répété est refusé, en français, avant d'agir."""

from typing import Any

import pytest

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service

pytestmark = pytest.mark.integration

INCONNU = "Cette adresse ne connaît pas ce paramètre."
REPETE = "Ce paramètre ne se donne qu'une fois."


@pytest.mark.parametrize(
    ("chemin", "fautes"),
    [
        ("/v1/comptes?etta=a", [("query.etta", INCONNU)]),
        ("/v1/comptes?Limite=2", [("query.Limite", INCONNU)]),
        ("/v1/comptes?limite=2&limite=2", [("query.limite", REPETE)]),
        ("/v1/comptes?limite=2&x=&limite=3&limite=3", [("x", INCONNU), *[("limite", REPETE)] * 2]),
        ("/v1/comptes?curseur=", None),
        ("/v1/comptes?limite=2", []),
        ("/v1/comptes?", []),
        ("/v1/comptes/MTQ/a?limite=2", [("query.limite", INCONNU)]),
        ("/v1/comptes/MTQ/a", []),
    ],
)
async def test_un_parametre_inconnu_ou_repete_est_un_422(
    banc: MonterBanc, chemin: str, fautes: list[tuple[str, str]] | None
) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    await client.post("/v1/comptes/a/augmentation", json={"de": 1})
    reponse = await client.get(chemin)
    if fautes is None:
        assert reponse.status_code == 400, "connu de la route, mais illisible"
    elif not fautes:
        assert reponse.status_code == 200, reponse.text
    else:
        corps: dict[str, Any] = reponse.json()
        assert (reponse.status_code, corps["title"]) == (422, "Données invalides")
        dites = [(faute["champ"].split(".")[-1], faute["faute"]) for faute in corps["fautes"]]
        assert dites == [(champ.split(".")[-1], faute) for champ, faute in fautes]


async def test_une_ecriture_aux_parametres_inconnus_n_a_pas_d_effet(banc: MonterBanc) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    adresse, cle = "/v1/comptes/a/augmentation", {"Idempotency-Key": "k"}
    refusee = await client.post(f"{adresse}?de=5", json={"de": 1}, headers=cle)
    assert refusee.status_code == 422
    assert await b.sortants() == []
    assert (await client.post(adresse, json={"de": 1}, headers=cle)).json()["valeur"] == 1


async def test_sans_jeton_on_ne_dit_rien_des_parametres(banc: MonterBanc) -> None:
    b = await banc(service())
    assert (await b.client().get("/v1/comptes?etta=a")).status_code == 401

"""Les paramètres de requête : un nom inconnu ou répété est refusé, en français, avant d'agir."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import pytest

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.validation import champ_en_francais
from socle.web.formes import faute_de_forme

pytestmark = pytest.mark.integration

INCONNU = "Cette adresse ne connaît pas ce paramètre."
REPETE = "Ce paramètre ne se donne qu'une fois."


@pytest.mark.parametrize(
    ("chemin", "fautes"),
    [
        ("/v1/comptes?etta=a", [("requete.etta", INCONNU)]),
        ("/v1/comptes?Limite=2", [("requete.Limite", INCONNU)]),
        ("/v1/comptes?limite=2&limite=2", [("requete.limite", REPETE)]),
        ("/v1/comptes?limite=2&x=&limite=3&limite=3", [("x", INCONNU), *[("limite", REPETE)] * 2]),
        ("/v1/comptes?curseur=", None),
        ("/v1/comptes?limite=2", []),
        ("/v1/comptes?", []),
        ("/v1/comptes/MTQ/a?limite=2", [("requete.limite", INCONNU)]),
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


@pytest.mark.parametrize("limite", ["1_0", "%EF%BC%91", "%2B5", "5.0", "%205", "0x5", "", "true"])
async def test_un_entier_s_ecrit_en_chiffres(banc: MonterBanc, limite: str) -> None:
    b = await banc(service())
    reponse = await b.client("demandeur", organisme="MTQ").get(f"/v1/comptes?limite={limite}")
    assert reponse.status_code == 422, reponse.text
    (faute,) = reponse.json()["fautes"]
    assert faute == {"champ": "requete.limite", "faute": "Un entier est attendu."}


@pytest.mark.parametrize(
    ("annotation", "bons", "mauvais"),
    [
        (int, ["0", "007", "-3"], ["1_000", "１４７", "+1", "1e3", " 1", "", "9" * 41]),
        (bool | None, ["true", "false"], ["0", "1", "True", "oui", "on", "t", ""]),
        (date | None, ["2026-09-01"], ["0", "1795655464", "2026-09-01T00:00:00Z", "2026-9-1"]),
        (datetime, ["2026-09-01T09:00:00-04:00"], ["0", "1795655464", "2026-09-01"]),
        (
            UUID,
            ["0192F0C1-1111-7000-8000-000000000001"],
            ["urn:uuid:0192f0c1-1111-7000-8000-000000000001", "0192f0c1111170008000000000000001",
             "{0192f0c1-1111-7000-8000-000000000001}"],
        ),
        (int | date, ["3", "2026-09-01"], ["3.0", "demain"]),
        (str, ["1_000", "", "１４７"], []),
        (Literal["a"] | None, ["a", "b"], []),
    ],
)  # fmt: skip
def test_chaque_type_n_a_qu_une_ecriture(
    annotation: object, bons: list[str], mauvais: list[str]
) -> None:
    """Les textes, les codes et les énumérations sont jugés par leurs champs."""
    assert [texte for texte in bons if faute_de_forme(annotation, texte)] == []
    assert [texte for texte in mauvais if not faute_de_forme(annotation, texte)] == []


async def test_le_chemin_dit_la_forme_attendue_par_un_exemple(banc: MonterBanc) -> None:
    b = await banc(service())
    client = b.client("demandeur", organisme="MTQ")
    reponse = await client.post("/v1/comptes/A-1/augmentation", json={"de": 1})
    assert reponse.json()["fautes"] == [
        {
            "champ": "chemin.code",
            "faute": "Le texte n'a pas la forme attendue : écrivez-le comme « caisse ».",
        }
    ]


def test_les_champs_se_nomment_en_francais() -> None:
    lieux = [("body", "articles", 0, "produit"), ("query", "limite"), ("path", "code"), ("body",),
             ("header", "accept"), ("a", 1, 2), ()]  # fmt: skip
    assert [champ_en_francais(lieu) for lieu in lieux] == [
        "corps.articles[0].produit", "requete.limite", "chemin.code", "corps", "entete.accept",
        "a[1][2]", "corps",
    ]  # fmt: skip

"""L'OpenAPI que compose le socle : noms, statuts, en-têtes, corps signés."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

import pytest
from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from noyau import ANNUAIRE, Acteur
from socle.web import AccesSigne
from socle.web.composants import REFERENCE, ajouter, elaguer, nommer
from socle.web.openapi import completer
from socle.web.reponses import EN_TETES, Traits, composants


def document(**schemas: Any) -> dict[str, Any]:
    return {"paths": {}, "components": {"schemas": schemas}}


def test_ce_qui_entre_et_ce_qui_sort_prennent_des_noms_distincts() -> None:
    lu = document(
        **{
            "Borne-Input": {"title": "Borne"},
            "Borne-Output": {"title": "Borne"},
            "Liste_BorneOut_": {"items": {"$ref": f"{REFERENCE}Borne-Output"}},
            "HTTPValidationError": {},
        }
    )
    lu["paths"] = {"/x": {"get": {"corps": {"$ref": f"{REFERENCE}Borne-Input"}}}}
    nommer(lu)
    assert set(lu["components"]["schemas"]) == {"BorneIn", "BorneOut", "ListeBorneOut"}
    liste = lu["components"]["schemas"]["ListeBorneOut"]
    assert liste == {"items": {"$ref": f"{REFERENCE}BorneOut"}}
    assert lu["paths"]["/x"]["get"]["corps"] == {"$ref": f"{REFERENCE}BorneIn"}


@pytest.mark.parametrize(
    "noms",
    [("Tarif-Output", "TarifOut"), ("a__b__VersionOut", "a__c__VersionOut")],
    ids=["sortie", "modules"],
)
def test_deux_modeles_du_meme_nom_sont_refuses(noms: tuple[str, str]) -> None:
    """Un client engendré n'en garderait qu'un, et perdrait les opérations de l'autre."""
    with pytest.raises(ValueError, match="se nomment de même"):
        nommer(document(**{nom: {} for nom in noms}))


def test_une_propriete_peut_s_appeler_titre() -> None:
    lu = document(P={"title": "P", "properties": {"title": {"title": "Title", "type": "string"}}})
    nommer(lu)
    assert lu["components"]["schemas"]["P"] == {"properties": {"title": {"type": "string"}}}


def test_un_composant_que_rien_n_atteint_s_elague() -> None:
    lu = document(Lu={"items": {"$ref": f"{REFERENCE}Dedans"}}, Dedans={}, Seul={})
    lu["components"] |= {"headers": {"ETag": {}}, "responses": {}}
    lu["paths"] = {"/x": {"$ref": f"{REFERENCE}Lu"}}
    elaguer(lu)
    assert set(lu["components"]["schemas"]) == {"Lu", "Dedans"}
    assert lu["components"]["headers"] == {}


def traits(methode: str, chemin: str = "/x", **dits: Any) -> Traits:
    base = {"signee": False, "corps": False, "liste": False, "nomme": False, "formats": 1}
    return Traits(methode=methode, chemin=chemin, **{**base, **dits})


@pytest.mark.parametrize(
    ("dits", "possibles"),
    [
        (traits("GET"), {401, 403, 422, 429, 503}),
        (traits("GET", liste=True, nomme=True), {400, 401, 403, 404, 422, 429, 503}),
        (traits("GET", "/x/{id}", formats=3), {401, 403, 404, 406, 422, 429, 503}),
        (traits("POST", corps=True), {400, 401, 403, 409, 413, 415, 422, 429, 503}),
        (traits("POST", "/x/{id}/fin"), {400, 401, 403, 404, 409, 412, 422, 429, 503}),
        (
            traits("PATCH", "/x/{id}", corps=True),
            {401, 403, 404, 409, 412, 413, 415, 422, 428, 429, 503},
        ),
        (traits("POST", corps=True, signee=True), {400, 401, 409, 413, 415, 422, 429, 503}),
    ],
    ids=["lecture", "liste", "formats", "creation", "geste", "modification", "signee"],
)
def test_seuls_les_statuts_qui_arrivent_sont_dits(dits: Traits, possibles: set[int]) -> None:
    """Ni 409 d'une lecture, ni 428 d'un POST, ni 412 sans If-Match."""
    assert dits.statuts == possibles


def test_tout_en_tete_dit_se_definit() -> None:
    for reponse in composants()["responses"].values():
        for renvoi in reponse.get("headers", {}).values():
            assert renvoi["$ref"].rpartition("/")[2] in EN_TETES


class Debut(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"type": "debut", "fin": None}]})

    type: Literal["debut"]
    fin: int | None


class Fin(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [{"type": "fin"}]})

    type: Literal["fin"]


def test_un_appel_signe_dit_ses_en_tetes_et_un_schema_par_acte() -> None:
    assemblee = FastAPI(description="d")
    signe = AccesSigne(
        object, Acteur("itsm"), (), Annotated[Debut | Fin, Field(discriminator="type")]
    )
    assemblee.add_api_route("/x", recevoir(signe), methods=["POST"])
    completer(assemblee, ANNUAIRE, {}, {})
    lu = assemblee.openapi()
    operation = lu["paths"]["/x"]["post"]
    assert operation["security"] == [{"signature": []}]
    noms = [p["name"] for p in operation["parameters"]]
    assert noms == ["webhook-id", "webhook-timestamp", "webhook-signature"]
    contenu = operation["requestBody"]["content"]["application/json"]
    assert contenu["schema"]["discriminator"]["propertyName"] == "type"
    assert {"Debut", "Fin"} <= set(lu["components"]["schemas"])
    assert contenu["examples"]["Debut"]["value"] == {"type": "debut", "fin": None}


def recevoir(signe: "AccesSigne[object]") -> Callable[..., Awaitable[None]]:
    async def route(_: Annotated[object, Depends(signe)]) -> None: ...

    return route


def test_les_definitions_d_un_type_rejoignent_les_composants() -> None:
    lu = document()
    ajouter(lu, TypeAdapter(list[Debut]), "validation")
    assert set(lu["components"]["schemas"]) == {"Debut"}

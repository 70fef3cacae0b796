"""Une page qui s'écrit sans se valider est, à l'octet, celle que sa forme aurait rendue."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from hypothesis import given, settings
from hypothesis import strategies as st

from outils.contrats.ecoutants import SERVICES
from outils.contrats.openapi import application
from socle.web import Liste
from socle.web.listes import champs_simples, page_json

PLANCHER = 8
"""Combien de listes des services s'écrivent ainsi, au moins."""

_VALEURS: Mapping[str, st.SearchStrategy[Any]] = {
    "str": st.text(),
    "int": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "uuid": st.uuids(),
    "datetime": st.datetimes(timezones=st.just(UTC)),
    "date": st.dates(),
    "decimal": st.decimals(allow_nan=False, allow_infinity=False, places=4),
}


def _formes() -> list[type[Liste[Any]]]:
    formes: dict[str, type[Liste[Any]]] = {}
    for nom in SERVICES:
        for contexte in iter_route_contexts(application(nom).routes):
            forme = getattr(contexte.route, "response_model", None)
            if isinstance(forme, type) and issubclass(forme, Liste):
                formes[f"{nom} {forme.__name__}"] = forme
    return [forme for _, forme in sorted(formes.items()) if champs_simples(forme) is not None]


FORMES = _formes()


def _valeur(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    genre = schema["type"]
    if genre == "nullable":
        return st.none() | _valeur(schema["schema"])
    if genre == "default":
        return _valeur(schema["schema"])
    if genre == "enum":
        return st.sampled_from(schema["members"])
    if genre == "literal":
        return st.sampled_from(schema["expected"])
    return _VALEURS[genre]


def test_les_listes_simples_sont_nombreuses() -> None:
    assert len(FORMES) >= PLANCHER, [forme.__name__ for forme in FORMES]


@pytest.mark.parametrize("forme", FORMES, ids=lambda forme: forme.__name__)
@settings(max_examples=40)
@given(donnees=st.data())
def test_la_page_simple_est_celle_que_sa_forme_rend(
    forme: type[Liste[Any]], donnees: st.DataObject
) -> None:
    element: Any = forme.model_fields["elements"].annotation.__args__[0]  # type: ignore[union-attr]
    champs = element.__pydantic_core_schema__["schema"]["fields"]
    ligne = st.fixed_dictionaries({nom: _valeur(champ["schema"]) for nom, champ in champs.items()})
    elements = donnees.draw(st.lists(ligne, max_size=3))
    # D'un schéma aux textes bornés, la base ne rend rien d'autre : la forme s'en tient à son genre.
    construits = [element.model_construct(**valeurs) for valeurs in elements]
    voulue = forme.model_construct(elements=construits, suivant="x").model_dump_json().encode()
    # Des colonnes de plus, dans un autre ordre que les champs.
    colonnes = ("autre", *reversed(champs))
    lignes = [(None, *(valeurs[nom] for nom in reversed(champs))) for valeurs in elements]
    assert page_json(forme, lignes, "x", colonnes) == voulue

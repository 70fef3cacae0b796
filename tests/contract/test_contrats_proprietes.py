"""Tout corps que le schéma publié admet se lit, et tout corps écrit se valide (Hypothesis)."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from contrats import EVENEMENTS, Evenement
from noyau import DERNIER_JOUR, PREMIER_JOUR
from outils.contrats.elargissement import Schema, deplier
from outils.contrats.schemas import schema


def instances(corps: Schema) -> st.SearchStrategy[Any]:
    """Des valeurs JSON conformes à un schéma d'événement, écrites sans regarder nos classes."""
    if "anyOf" in corps:
        branches: Any = corps["anyOf"]
        return st.one_of(*map(instances, branches))
    if "enum" in corps:
        valeurs: Any = corps["enum"]
        return st.sampled_from(valeurs)
    return PAR_TYPE[str(corps["type"])](corps)


def entiers(corps: Schema) -> st.SearchStrategy[int]:
    bornes: Any = (corps.get("minimum"), corps.get("maximum"))
    return st.integers(*bornes)


def listes(corps: Schema) -> st.SearchStrategy[list[Any]]:
    elements: Any = corps["items"]
    return st.lists(instances(elements), max_size=3)


def textes(corps: Schema) -> st.SearchStrategy[str]:
    if (forme := corps.get("format")) in PAR_FORME:
        return PAR_FORME[str(forme)]
    if "pattern" in corps:
        return st.from_regex(re.compile(str(corps["pattern"]), re.ASCII), fullmatch=True)
    bornes: Any = (corps.get("minLength", 0), corps.get("maxLength"))
    sans_substituts = st.characters(codec="utf-8")
    return st.text(sans_substituts, min_size=bornes[0], max_size=bornes[1])


def objets(corps: Schema) -> st.SearchStrategy[Mapping[str, object]]:
    if "properties" not in corps:
        valeurs: Any = corps["additionalProperties"]
        return st.dictionaries(textes({}), instances(valeurs), max_size=3)
    champs: Any = corps["properties"]
    exiges: Any = corps.get("required", [])
    return st.fixed_dictionaries(
        {nom: instances(champ) for nom, champ in champs.items() if nom in exiges},
        optional={nom: instances(champ) for nom, champ in champs.items() if nom not in exiges},
    )


PAR_FORME: Mapping[str, st.SearchStrategy[str]] = {
    "uuid": st.uuids().map(str),
    # Des années 2000 à 2100 : EVENEMENTS.md le dit, un schéma JSON ne le sait pas.
    "date": st.dates(PREMIER_JOUR, DERNIER_JOUR).map(lambda jour: jour.isoformat()),
    "date-time": st.builds(
        datetime.combine,
        st.dates(PREMIER_JOUR + timedelta(days=1), DERNIER_JOUR),
        st.times(),
        st.just(UTC),
    ).map(lambda instant: instant.isoformat()),
}
PAR_TYPE: Mapping[str, Callable[[Schema], st.SearchStrategy[Any]]] = {
    "string": textes,
    "integer": entiers,
    "array": listes,
    "object": objets,
    "boolean": lambda _: st.booleans(),
    "null": lambda _: st.none(),
}


@pytest.mark.parametrize(
    "classe", EVENEMENTS.values(), ids=[c.__name__ for c in EVENEMENTS.values()]
)
@given(donnees=st.data())
@settings(max_examples=25)
def test_tout_corps_conforme_se_lit_et_se_redit(
    classe: type[Evenement], donnees: st.DataObject
) -> None:
    corps = donnees.draw(instances(deplier(schema(classe))))
    lu = classe.model_validate_json(json.dumps(corps))
    redit = json.loads(lu.model_dump_json())
    Draft202012Validator(dict(schema(classe)), validate_formats=True).validate(redit)
    assert classe.model_validate(redit) == lu

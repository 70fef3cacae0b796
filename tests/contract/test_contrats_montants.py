"""Une somme voyage en chaîne décimale et rien d'autre (ADR 0009)."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from contrats import EVENEMENTS, Evenement
from contrats.catalogue import TarifPublie
from outils.contrats.schemas import octets_exemple

AUTRES = (147, 147.5, "1e2", "1_000", " 147.00", "147,00", "147.", ".5", "٣.00", "NaN", "", True)


def chemins(corps: Any, chemin: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 -- du JSON
    """Où se lit, dans un exemple, une chaîne décimale."""
    if isinstance(corps, dict):
        for nom, valeur in corps.items():
            yield from chemins(valeur, (*chemin, nom))
    elif isinstance(corps, list):
        for rang, valeur in enumerate(corps):
            yield from chemins(valeur, (*chemin, rang))
    elif isinstance(corps, str) and chemin[-1] in SOMMES:
        yield chemin


SOMMES = frozenset(
    {"prix", "montant", "plafond", "taux", "majoration", "a_partir_de", "tps", "tvq", "total"}
    | {"total_avant_taxes", "cible"}
)
CAS = [
    (classe, chemin)
    for classe in EVENEMENTS.values()
    for chemin in chemins(json.loads(octets_exemple(classe)))
]


def test_les_exemples_portent_des_sommes() -> None:
    assert len(CAS) >= 24
    assert len({classe for classe, _ in CAS}) >= 7


@pytest.mark.parametrize(("classe", "chemin"), CAS)
def test_une_somme_n_est_ni_nombre_ni_exposant(
    classe: type[Evenement], chemin: tuple[str | int, ...]
) -> None:
    for autre in AUTRES:
        corps = json.loads(octets_exemple(classe))
        porteur = corps
        for pas in chemin[:-1]:
            porteur = porteur[pas]
        porteur[chemin[-1]] = autre
        with pytest.raises(ValidationError):
            classe.model_validate_json(json.dumps(corps))


@pytest.mark.parametrize(
    ("donne", "ecrit"), [("1E+3", "1000"), ("147.00", "147.00"), ("0.000001", "0.000001")]
)
def test_un_decimal_s_ecrit_toujours_sans_exposant(donne: str, ecrit: str) -> None:
    corps = json.loads(octets_exemple(TarifPublie))
    publie = TarifPublie.model_validate({**corps, "prix": Decimal(donne)})
    assert json.loads(publie.model_dump_json())["prix"] == ecrit

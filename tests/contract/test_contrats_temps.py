"""Aucun corps d'événement ne porte une date ou un instant que la base garderait comme un infini."""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

import pytest
from pydantic import AwareDatetime, BaseModel, ValidationError

from contrats import EVENEMENTS, Evenement
from contrats.base import Instant, Jour
from outils.contrats.schemas import octets_exemple

CLASSES = pytest.mark.parametrize("classe", EVENEMENTS.values(), ids=lambda c: str(c.TYPE))
JOURS = ("0001-01-01", "1999-12-31", "2101-01-01", "9999-12-31")
INSTANTS = ("0001-01-01T00:00:00Z", "2101-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z")


def temps(noeud: Any, chemin: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], bool]]:  # noqa: ANN401 -- JSON
    """Les chemins des dates et des instants d'un corps; vrai pour un instant."""
    if isinstance(noeud, dict | list):
        for nom, valeur in noeud.items() if isinstance(noeud, dict) else enumerate(noeud):
            yield from temps(valeur, (*chemin, nom))
    elif isinstance(noeud, str):
        for classe, est_instant in ((date, False), (datetime, True)):
            try:
                classe.fromisoformat(noeud)
            except ValueError:
                continue
            if len(noeud) >= 10 and noeud[4] == "-":
                yield chemin, est_instant
                return


def remplacer(corps: Any, chemin: tuple[Any, ...], valeur: str) -> bytes:  # noqa: ANN401 -- JSON
    copie = noeud = deepcopy(corps)
    for pas in chemin[:-1]:
        noeud = noeud[pas]
    noeud[chemin[-1]] = valeur
    return json.dumps(copie).encode()


@CLASSES
def test_une_date_d_un_corps_est_des_annees_2000_a_2100(classe: type[Evenement]) -> None:
    corps = json.loads(octets_exemple(classe))
    for chemin, est_instant in temps(corps):
        for valeur in INSTANTS if est_instant else JOURS:
            with pytest.raises(ValidationError):
                classe.model_validate_json(remplacer(corps, chemin, valeur))


def test_des_exemples_portent_des_dates_et_des_instants() -> None:
    trouves = [t for c in EVENEMENTS.values() for t in temps(json.loads(octets_exemple(c)))]
    assert sum(est_instant for _, est_instant in trouves) >= 5
    assert sum(not est_instant for _, est_instant in trouves) >= 15


def nus(annotation: Any) -> Iterator[Any]:  # noqa: ANN401 -- une annotation de type
    """Les dates et les instants sans borne d'une annotation, valeurs imbriquées comprises."""
    if annotation in (Jour, Instant):
        return
    if isinstance(annotation, type) and issubclass(annotation, date | AwareDatetime):
        yield annotation
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for champ in get_type_hints(annotation, include_extras=True).values():
            yield from nus(champ)
    elif get_origin(annotation) is not ClassVar:
        for membre in get_args(annotation):
            yield from nus(membre)


@CLASSES
def test_tout_champ_de_temps_est_borne(classe: type[Evenement]) -> None:
    """Un champ de plus se voit ici, même sans exemple."""
    assert list(nus(classe)) == []


def test_le_controle_voit_une_date_nue() -> None:
    class Nue(Evenement):
        fin: date | None

    assert list(nus(Nue)) == [date]

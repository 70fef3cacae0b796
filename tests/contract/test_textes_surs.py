"""Tout texte qu'un corps apporte est sûr : ni commande, ni sens de lecture, ni invisible.

Une classe d'entrée nouvelle, ou un champ de plus, entre d'elle-même dans cet essai.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import ValidationError

from outils.contrats.ecoutants import SERVICES
from socle.web import Entree

PLANCHER = 150
"""Les champs de texte que les corps des services ont au moins."""
HOSTILES = ("\x07", "\x1b", "\x85", "\u202e", "\u2066", "\u2028", "\U000e0041")


def entrees(racine: type[Entree] = Entree) -> Iterator[type[Entree]]:
    for classe in racine.__subclasses__():
        yield classe
        yield from entrees(classe)


def porteurs(annotation: Any, texte: str) -> Iterator[Any]:  # noqa: ANN401 -- un type, quel qu'il soit
    """Des valeurs de ce type, dont un texte est celui-ci; aucune, s'il n'en porte pas."""
    origine, membres = get_origin(annotation), get_args(annotation)
    if annotation in (str, Any):
        yield texte
    elif origine is Annotated:
        yield from porteurs(membres[0], texte)
    elif origine in (Union, UnionType):
        for membre in membres:
            yield from porteurs(membre, texte)
    elif origine in (list, tuple, set, frozenset):
        for valeur in porteurs(membres[0], texte):
            yield [valeur]
    elif origine is dict:
        for valeur in porteurs(membres[1], texte):
            yield {"a": valeur}
        for cle in porteurs(membres[0], texte):
            yield from ({cle: valeur} for valeur in (*porteurs(membres[1], "a"), 1))


def champs_de_texte() -> list[tuple[type[Entree], str]]:
    for service in SERVICES:
        paquet = importlib.import_module(service)
        for module in pkgutil.walk_packages(paquet.__path__, f"{service}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    classes = sorted(set(entrees()), key=lambda c: (c.__module__, c.__qualname__))
    return [
        (classe, nom)
        for classe in classes
        for nom, champ in classe.model_fields.items()
        if not classe.__name__.endswith("Out") and any(porteurs(champ.annotation, "a"))
    ]


def test_tout_texte_d_un_corps_refuse_ce_qui_ne_se_voit_pas() -> None:
    champs = champs_de_texte()
    assert len(champs) >= PLANCHER
    acceptes = [
        (classe.__qualname__, nom, valeur)
        for classe, nom in champs
        for hostile in HOSTILES
        for valeur in porteurs(classe.model_fields[nom].annotation, f"a{hostile}b")
        if not _refuse(classe, nom, valeur)
    ]
    assert not acceptes


def _refuse(classe: type[Entree], nom: str, valeur: object) -> bool:
    """Vrai si la faute est du champ même : d'autres manquent, et le disent aussi."""
    noms = {nom, classe.model_fields[nom].alias}
    try:
        classe.model_validate({nom: valeur})
    except ValidationError as faute:
        return any(erreur["loc"] and erreur["loc"][0] in noms for erreur in faute.errors())
    return False

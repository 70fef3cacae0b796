"""Les tables d'un service à l'autre sont totales : faits, événements, sujets, écoutes."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from itertools import chain
from types import ModuleType
from typing import Any

import pytest

from contrats import A_VENIR, EVENEMENTS, PRODUCTEURS, Evenement
from noyau import Fait
from outils.contrats.ecoutants import SERVICES, ecoutes_de
from socle.service import Service

CHAQUE_SERVICE = pytest.mark.parametrize("nom", SERVICES)


def service(nom: str) -> Service[Any]:
    declaration: Service[Any] = importlib.import_module(f"{nom}.main").service()
    return declaration


def modules(nom: str) -> list[ModuleType]:
    """Tous les modules d'un service, importés; son `__main__` n'est qu'une commande."""
    paquet = importlib.import_module(nom)
    noms = (module.name for module in pkgutil.walk_packages(paquet.__path__, f"{nom}."))
    return [importlib.import_module(module) for module in noms if not module.endswith("__main__")]


def descendants(classe: type[object]) -> Iterator[type[object]]:
    for enfant in classe.__subclasses__():
        yield enfant
        yield from descendants(enfant)


def nom_complet(classe: type[object]) -> str:
    """Le nom, et non la classe : une dataclass à `slots` laisse derrière elle sa première forme."""
    return f"{classe.__module__}.{classe.__qualname__}"


@CHAQUE_SERVICE
def test_tout_fait_du_domaine_est_publie_ou_declare_interne(nom: str) -> None:
    """ADR 0003 : un fait oublié lèverait à l'exécution; il échoue ici."""
    importes = {module.__name__ for module in modules(nom)}
    faits = {nom_complet(c) for c in descendants(Fait) if c.__module__ in importes}
    assert faits == set(map(nom_complet, service(nom).publications))


@pytest.mark.parametrize("producteur", PRODUCTEURS)
def test_tout_evenement_du_registre_est_publie_par_son_producteur(producteur: str) -> None:
    """Chaque classe est nommée là où les faits se traduisent, seule ou dans un tuple du contrat.

    Celle dont l'acte n'existe pas encore est déclarée à venir, et elle seule.
    """
    contrat = importlib.import_module(f"contrats.{producteur}")
    traducteurs = {inspect.getmodule(t) for t in service(producteur).publications.values()}
    nommes = {
        ast.unparse(noeud).rpartition(".")[2]
        for module in traducteurs
        if module is not None
        for noeud in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(noeud, ast.Attribute | ast.Name)
    }
    valeurs = [getattr(contrat, nom, None) for nom in nommes - {"EVENEMENTS"}]
    tuples = [valeur for valeur in valeurs if isinstance(valeur, tuple)]
    publies = {*valeurs, *chain.from_iterable(tuples)}
    declares = {classe for classe in EVENEMENTS.values() if producteur == classe.PRODUCTEUR}
    assert declares
    assert declares - publies == declares & A_VENIR


@CHAQUE_SERVICE
def test_un_service_sans_evenement_au_registre_ne_publie_rien(nom: str) -> None:
    a_dire = {c for c in EVENEMENTS.values() if nom == c.PRODUCTEUR} - A_VENIR
    assert bool(service(nom).publications) == bool(a_dire)


@CHAQUE_SERVICE
def test_le_service_branche_les_ecoutes_que_ses_aires_declarent(nom: str) -> None:
    declare = service(nom)
    assert declare.nom == nom
    tables = [module.ECOUTES for module in modules(nom) if hasattr(module, "ECOUTES")]
    assert set(declare.ecoutes) == set().union(*tables)
    assert {c.PRODUCTEUR for c in declare.ecoutes} <= set(PRODUCTEURS)
    assert all(sujet.isascii() for sujet in declare.sujets)


def test_demandes_relaie_tous_les_evenements_aux_webhooks() -> None:
    """Un seul endroit où s'abonner (DEM-10)."""
    assert set(ecoutes_de("demandes")) == set(EVENEMENTS.values())


def test_cinq_services_cinq_ports() -> None:
    assert {nom: service(nom).port for nom in SERVICES} == {
        "catalogue": 8001,
        "demandes": 8002,
        "facturation": 8003,
        "sla": 8004,
        "courtier": 8005,
    }


def test_aucune_classe_d_evenement_n_echappe_au_registre() -> None:
    declares = {c for c in descendants(Evenement) if c.__module__.startswith("contrats.")}
    avec_type = {c for c in declares if "TYPE" in vars(c)}
    assert avec_type == set(EVENEMENTS.values())

"""Les tables d'un service à l'autre sont totales : faits, événements, sujets, écoutes."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from contrats import EVENEMENTS, PRODUCTEURS, SUJETS, Evenement
from outils.contrats.ecoutants import SERVICES, ecoutes_de
from socle.bus import sujet_du_producteur
from socle.noyau import Fait
from socle.service import Service

CHAQUE_SERVICE = pytest.mark.parametrize("nom", SERVICES)


def service(nom: str) -> Service[object]:
    declaration: Service[object] = importlib.import_module(f"{nom}.main").service()
    return declaration


def arbre_des_publications(nom: str) -> ast.Module:
    module = importlib.import_module(f"{nom}.adaptateurs.publications")
    assert module.__file__ is not None
    return ast.parse(Path(module.__file__).read_text(encoding="utf-8"))


def descendants(classe: type[object]) -> Iterator[type[object]]:
    for enfant in classe.__subclasses__():
        yield enfant
        yield from descendants(enfant)


def nom_court(noeud: ast.expr) -> str:
    return ast.unparse(noeud).rpartition(".")[2]


@CHAQUE_SERVICE
def test_tout_fait_du_domaine_est_publie_ou_declare_interne(nom: str) -> None:
    """ADR 0003 : un fait oublié lèverait à l'exécution; il échoue ici."""
    domaine = importlib.import_module(f"{nom}.domaine")
    for module in pkgutil.walk_packages(domaine.__path__, f"{nom}.domaine."):
        importlib.import_module(module.name)
    faits = {c.__name__ for c in descendants(Fait) if c.__module__.startswith(f"{nom}.domaine")}
    traites = {
        nom_court(motif.cls)
        for motif in ast.walk(arbre_des_publications(nom))
        if isinstance(motif, ast.MatchClass)
    }
    assert faits <= traites, faits - traites


@pytest.mark.parametrize("producteur", PRODUCTEURS)
def test_tout_evenement_du_registre_est_publie_par_son_producteur(producteur: str) -> None:
    nommes = {
        nom_court(noeud)
        for noeud in ast.walk(arbre_des_publications(producteur))
        if isinstance(noeud, ast.Attribute | ast.Name)
    }
    declares = {c.__name__ for c in EVENEMENTS.values() if producteur == c.PRODUCTEUR}
    assert declares <= nommes, declares - nommes


@CHAQUE_SERVICE
def test_le_service_branche_les_ecoutes_qu_il_declare(nom: str) -> None:
    declare = service(nom)
    assert declare.nom == nom
    assert set(declare.ecoutes) == set(ecoutes_de(nom))
    assert {c.PRODUCTEUR for c in declare.ecoutes} <= set(PRODUCTEURS)
    assert all(sujet.isascii() for sujet in declare.sujets)


@CHAQUE_SERVICE
def test_un_service_sans_evenement_au_registre_ne_publie_rien(nom: str) -> None:
    if nom not in PRODUCTEURS:
        arbre = arbre_des_publications(nom)
        assert not any(isinstance(noeud, ast.Match) for noeud in ast.walk(arbre))


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


def test_socle_et_contrats_nomment_les_memes_sujets() -> None:
    """Le socle ignore les contrats : c'est ici que leurs deux noms de sujet s'accordent."""
    assert {p: sujet_du_producteur(p) for p in PRODUCTEURS} == dict(SUJETS)

"""Chaque contrat d'import-linter refuse ce qu'il doit refuser (ADR 0002)."""

from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
from grimp import ImportGraph, build_graph
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions
from importlinter.configuration import configure
from importlinter.domain.contract import registry

RACINE = Path(__file__).parents[2]

VIOLATIONS = [
    ("Un service s'efface", "sla.main", "demandes.main"),
    ("Un service s'efface", "socle.web.appel", "contrats.base"),
    ("Un service s'efface", "noyau.temps", "calendrier.calendrier"),
    ("Les aires de catalogue", "catalogue.fiches.domaine", "catalogue.produits.domaine"),
    ("Les aires de demandes", "demandes.demande.domaine.demande", "demandes.parc.domaine"),
    ("Les aires de demandes", "demandes.base", "demandes.ropn.domaine"),
    ("Les aires de facturation", "facturation.creances.domaine", "facturation.factures.domaine"),
    ("Les aires de facturation", "facturation.factures.ports", "facturation.emissions.ports"),
    ("Les aires de sla", "sla.histoires.domaine", "sla.mesures.domaine"),
    ("Les aires de courtier", "courtier.catalogue.domaine", "courtier.contrats.ports"),
    ("Une seule direction", "demandes.parc.domaine", "demandes.parc.ports"),
    ("Une seule direction", "sla.histoires.cas_usage", "sla.histoires.adaptateurs.depots"),
    ("Une seule direction", "courtier.contrats.adaptateurs.vues", "courtier.contrats.entrees"),
    ("Une aire ne montre", "demandes.parc.cas_usage", "demandes.clients.cas_usage"),
    ("Une aire ne montre", "demandes.parc.entrees.routes", "demandes.clients.adaptateurs.vues"),
    ("Une aire ne montre", "demandes.parc.adaptateurs.vues", "demandes.clients.adaptateurs.vues"),
    ("Une aire ne montre", "sla.mesures.adaptateurs.depots", "sla.histoires.adaptateurs.tables"),
    (
        "Une aire ne montre",
        "facturation.emissions.adaptateurs.vues",
        "facturation.factures.entrees.schemas",
    ),
    ("Dépôts et publications", "demandes.parc.entrees.routes", "demandes.parc.adaptateurs.depots"),
    (
        "Dépôts et publications",
        "demandes.parc.entrees.routes",
        "demandes.parc.adaptateurs.publications",
    ),
    ("Les entrées lisent", "demandes.parc.entrees.routes", "demandes.parc.adaptateurs.tables"),
    ("Les couches du socle", "socle.bd.vues", "socle.web.pages"),
    ("Les couches du socle", "socle.execution.executeur", "socle.reception.reception"),
    ("Aucun cycle", "calendrier.plages", "calendrier.calendrier"),
    ("Aucun cycle", "demandes.demande.domaine.demande", "demandes.demande.domaine.intentions"),
    ("Le bus n'est connu", "demandes.parc.entrees.routes", "aiokafka"),
    ("SQL dans", "demandes.parc.entrees.routes", "sqlalchemy"),
    ("SQL dans", "demandes.parc.cas_usage", "asyncpg"),
    ("HTTP dans", "demandes.parc.cas_usage", "fastapi"),
]  # fmt: skip
"""Début du nom du contrat, module fautif, module qu'il importe."""

INCONNUS = [
    ("Les aires de demandes", "demandes.nouvelle"),
    ("Une seule direction", "demandes.parc.utilitaires"),
    ("Les couches du socle", "socle.nouveau"),
]
"""Un module sans place dans l'ordre : un contrat exhaustif le refuse."""


@cache
def options() -> UserOptions:
    configure()
    lues = use_cases.read_user_options(config_filename=str(RACINE / "pyproject.toml"))
    use_cases._register_contract_types(lues)
    return lues


@cache
def graphe() -> ImportGraph:
    return build_graph(
        *options().session_options["root_packages"],
        include_external_packages=True,
        cache_dir=None,
    )


def tenus(debut: str, vu: ImportGraph) -> Iterator[bool]:
    """Ce que disent d'un graphe les contrats dont le nom commence ainsi."""
    for declaration in options().contracts_options:
        if declaration["name"].startswith(debut):
            classe = registry.get_contract_class(declaration["type"])
            contrat = classe(declaration["name"], options().session_options, declaration)
            yield contrat.check(deepcopy(vu), verbose=False).kept


def test_tous_les_contrats_tiennent_et_chacun_est_eprouve() -> None:
    noms = [declaration["name"] for declaration in options().contracts_options]
    assert all(tenus("", graphe()))
    eprouves = [debut for debut, *_ in VIOLATIONS]
    assert [nom for nom in noms if not nom.startswith(tuple(eprouves))] == []
    assert len(graphe().modules) > 400


@pytest.mark.parametrize(("debut", "depuis", "vers"), VIOLATIONS)
def test_le_contrat_refuse_un_import(debut: str, depuis: str, vers: str) -> None:
    vu = deepcopy(graphe())
    assert depuis in vu.modules
    assert vers in vu.modules
    assert not vu.direct_import_exists(importer=depuis, imported=vers)
    vu.add_import(importer=depuis, imported=vers, line_number=1, line_contents="import")
    assert list(tenus(debut, vu)) == [False]


@pytest.mark.parametrize(("debut", "module"), INCONNUS)
def test_le_contrat_refuse_un_module_sans_place(debut: str, module: str) -> None:
    vu = deepcopy(graphe())
    vu.add_module(module)
    assert list(tenus(debut, vu)) == [False]

"""Le contrat d'import-linter propre à la maison : ce qu'une aire prend à une autre du même service.

Une aire ne prend à une plus basse que son `domaine` et ses `ports`. Deux exceptions : ses `tables`
et ses `vues` lisent les `tables` de l'autre, car clés étrangères et écrans traversent les aires;
ses `entrees` montrent et lisent comme elle, par ses `schemas`, ses `rendus` et sa `lecture`.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

OFFERTES = frozenset({"domaine", "ports"})
"""Les pièces d'une aire que les autres voient."""
LECTRICES = frozenset({"tables", "vues"})
"""Les adaptateurs qui lisent les tables d'une autre aire."""
MONTRENT = (["entrees", "schemas"], ["entrees", "lecture"], ["adaptateurs", "rendus"])
"""Ce par quoi une aire dit à ses lecteurs ce qu'elle tient."""


class Voisines(Contract):
    """Entre aires d'un service : `domaine` et `ports`; aux lectures, les `tables` aussi."""

    type_name = "voisines"

    services = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 -- l'API
        """Échoue aussi si un service n'a pas d'aire : le contrat ne passerait sur rien."""
        ecarts: list[str] = []
        for service in self.services:  # type: ignore[attr-defined]
            aires = {m for m in graph.find_children(service) if f"{m}.domaine" in graph.modules}
            if not aires:
                ecarts.append(f"{service} : aucune aire vue")
            for aire in aires:
                ecarts += _ecarts(graph, aire, aires - {aire})
        return ContractCheck(kept=not ecarts, metadata={"ecarts": sorted(ecarts)})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Un import fautif par ligne."""
        for ecart in check.metadata["ecarts"]:
            output.print_error(ecart)


def _ecarts(graph: ImportGraph, aire: str, autres: set[str]) -> list[str]:
    return [
        f"{module} importe {importe}"
        for module in graph.find_descendants(aire)
        for importe in graph.find_modules_directly_imported_by(module)
        if any(importe.startswith(f"{autre}.") for autre in autres)
        and not _permis(module.split(".")[2:], importe.split(".")[2:])
    ]


def _permis(depuis: list[str], vers: list[str]) -> bool:
    if vers[0] in OFFERTES:
        return True
    if depuis[0] == "entrees":
        return vers[:2] in MONTRENT
    lectrice = depuis[0] == "adaptateurs" and depuis[-1] in LECTRICES
    return lectrice and vers == ["adaptateurs", "tables"]

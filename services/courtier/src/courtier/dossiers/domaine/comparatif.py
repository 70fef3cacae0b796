"""Des scénarios côte à côte, et ce qui fait la différence entre eux (CI-14, CI-15)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from courtier.catalogue.domaine import BASE, Periodicite
from courtier.dossiers.domaine.dossier import Dossier
from courtier.dossiers.domaine.elements import ComposanteRetenue, Element, QuantitePeriode
from courtier.dossiers.domaine.scenarios import Chiffrage, Provenance, Scenario, UnitesDites
from noyau import Montant


class Ecart(StrEnum):
    """En quoi une composante diffère d'un scénario à l'autre."""

    ABSENTE = "absente"
    QUANTITES = "quantites"
    PRIX = "prix"
    PERIODICITE = "periodicite"
    UNITE = "unite"
    CONVERSION = "conversion"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposanteComparee:
    """Une composante d'une offre d'un scénario, et comment ses unités se déduisent du besoin."""

    offre_id: UUID
    code: str
    libelle: str
    unite: str
    periodicite: Periodicite
    prix: Decimal
    quantites: tuple[QuantitePeriode, ...]
    """Les mois semblables qui se suivent, réunis."""
    cout: Montant
    """Sur toute la durée, avant taxes, arrondi au cent."""
    provenance: Provenance | None
    """D'où viennent ses unités; rien d'un calcul d'avant qu'on le garde."""
    sert: Decimal | None
    """Ce que sert une unité; rien de quantités dites."""
    minimum: int
    """Les unités qu'impose l'engagement publié de l'offre."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Ce qu'un code de composante coûte à un scénario, et de plus qu'au plus bas prix."""

    code: str
    cout: Montant
    ecart: Montant | None
    """Négatif : il y coûte moins. Rien si aucun scénario n'est conforme."""
    differe: tuple[Ecart, ...]
    """En quoi elle diffère entre les scénarios chiffrés."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioCompare:
    """Un scénario parmi les autres; sans composantes, s'il ne se chiffre plus."""

    scenario: Scenario
    composantes: tuple[ComposanteComparee, ...]
    absentes: tuple[str, ...]
    """Les codes qu'un autre scénario chiffré a, et non celui-ci."""
    differences: tuple[Difference, ...]


def comparer(dossier: Dossier) -> Mapping[UUID, ScenarioCompare]:
    """Tous les scénarios d'un dossier, à leur dernier calcul, dans leur ordre.

    Les composantes se comparent par leur code. Le repère est un scénario au plus bas prix.
    """
    par_scenario = {
        identifiant: tuple(_composantes(calcul))
        if isinstance(calcul := dossier.calculs[identifiant], Chiffrage)
        else ()
        for identifiant in dossier.scenarios
    }
    chiffres = {i: c for i, c in par_scenario.items() if c}
    codes = _codes(chiffres.values())
    repere = next((i for i in chiffres if i in dossier.comparaison.plus_bas), None)
    differe = {code: tuple(_differe(code, list(chiffres.values()))) for code in codes}
    return {
        identifiant: ScenarioCompare(
            scenario=dossier.scenarios[identifiant],
            composantes=composantes,
            absentes=tuple(c for c in codes if composantes and not _de(c, composantes)),
            differences=tuple(
                Difference(
                    code=code,
                    cout=_cout(code, composantes),
                    ecart=_cout(code, composantes) - _cout(code, chiffres[repere])
                    if repere
                    else None,
                    differe=differe[code],
                )
                for code in codes
            )
            if composantes
            else (),
        )
        for identifiant, composantes in par_scenario.items()
    }


def _composantes(chiffrage: Chiffrage) -> Iterator[ComposanteComparee]:
    unites = {(u.offre_id, u.composante): u for u in chiffrage.unites}
    for element in chiffrage.elements:
        for retenue in element.composantes:
            yield _comparee(element, retenue, unites.get((element.offre_id, retenue.code)))


def _comparee(
    element: Element, retenue: ComposanteRetenue, dites: UnitesDites | None
) -> ComposanteComparee:
    cout: Fraction = retenue.cout(element.modalites.indexation, element.du_mois)
    return ComposanteComparee(
        offre_id=element.offre_id,
        code=retenue.code,
        libelle=retenue.libelle,
        unite=retenue.unite,
        periodicite=retenue.periodicite,
        prix=retenue.prix,
        quantites=tuple(_reunies(retenue.quantites)),
        cout=Montant.de(cout),
        provenance=dites.provenance if dites else None,
        sert=dites.sert if dites else None,
        minimum=dites.minimum if dites else 0,
    )


def _reunies(quantites: Iterable[QuantitePeriode]) -> Iterator[QuantitePeriode]:
    """Deux découpages d'une même quantité se comparent égaux."""
    courante: QuantitePeriode | None = None
    for q in quantites:
        if courante and courante.quantite == q.quantite and courante.au_mois + 1 == q.du_mois:
            courante = replace(courante, au_mois=q.au_mois)
            continue
        if courante:
            yield courante
        courante = q
    if courante:
        yield courante


def _codes(scenarios: Iterable[Sequence[ComposanteComparee]]) -> tuple[str, ...]:
    """La base d'abord, puis les autres codes dans l'ordre où ils paraissent."""
    codes = dict.fromkeys(c.code for composantes in scenarios for c in composantes)
    return tuple(sorted(codes, key=lambda code: code != BASE))


def _differe(code: str, scenarios: Sequence[Sequence[ComposanteComparee]]) -> Iterator[Ecart]:
    presentes = [sorted(_de(code, composantes), key=_tri) for composantes in scenarios]
    if not all(presentes):
        yield Ecart.ABSENTE
    dits = [siennes for siennes in presentes if siennes]
    for ecart, lire in _LUS.items():
        if len({tuple(lire(c) for c in siennes) for siennes in dits}) > 1:
            yield ecart


_LUS: Mapping[Ecart, Callable[[ComposanteComparee], object]] = {
    Ecart.QUANTITES: lambda c: c.quantites,
    Ecart.PRIX: lambda c: c.prix,
    Ecart.PERIODICITE: lambda c: c.periodicite,
    Ecart.UNITE: lambda c: c.unite,
    Ecart.CONVERSION: lambda c: (c.provenance, c.sert),
}


def _tri(composante: ComposanteComparee) -> tuple[str, Decimal]:
    """Un ordre qui ne tient pas à l'identifiant de l'offre."""
    return composante.unite, composante.prix


def _de(code: str, composantes: Iterable[ComposanteComparee]) -> list[ComposanteComparee]:
    return [c for c in composantes if c.code == code]


def _cout(code: str, composantes: Iterable[ComposanteComparee]) -> Montant:
    return sum((c.cout for c in _de(code, composantes)), Montant(0))

"""Les termes courants d'un contrat : ceux qu'on a signés, et ce que ses avenants y changent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from courtier.catalogue.domaine import Periodicite
from courtier.contrats.domaine.termes import Termes
from courtier.dossiers.domaine.elements import ComposanteRetenue, Element, QuantitePeriode
from noyau import Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantiteRevue:
    """Les quantités d'une composante du contrat, aux mois qu'un avenant revoit, à son prix."""

    offre_id: UUID
    composante: str
    quantites: tuple[QuantitePeriode, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changement:
    """Ce qu'un avenant change des termes d'un contrat (CI-17)."""

    duree_mois: int | None = None
    """La nouvelle durée, depuis le début du contrat; absente : la même."""
    quantites: tuple[QuantiteRevue, ...] = ()
    ajoutes: tuple[Element, ...] = ()
    """Les offres ajoutées, aux prix publiés le jour où l'avenant fut préparé."""


def termes_courants(initiaux: Termes, changements: Iterable[Changement]) -> Termes:
    """Les termes signés, puis chaque avenant conclu dans l'ordre : la seule façon de les lire.

    Lève `Conflit` (CI-14, CI-17) si un changement ne peut s'appliquer.
    """
    termes = initiaux
    for changement in changements:
        termes = _appliquer(termes, changement)
    return termes


def _appliquer(termes: Termes, changement: Changement) -> Termes:
    duree = changement.duree_mois or termes.duree_mois
    if duree < termes.duree_mois:
        raise Conflit(
            "Un avenant n'abrège pas un contrat : on le résilie, à une date d'effet.", regle="CI-17"
        )
    presents = {e.offre_id: _prolonger(e, termes.duree_mois, duree) for e in termes.elements}
    for revue in changement.quantites:
        presents[revue.offre_id] = _revoir(_element(presents, revue), revue)
    doubles = [ajoute for ajoute in changement.ajoutes if ajoute.offre_id in presents]
    if doubles:
        raise Conflit(
            "Une offre déjà au contrat ne s'y ajoute pas : ses quantités se revoient.",
            regle="CI-17",
            details={"offre_id": str(doubles[0].offre_id)},
        )
    return Termes(termes.debut, duree, (*presents.values(), *changement.ajoutes))


def _element(presents: Mapping[UUID, Element], revue: QuantiteRevue) -> Element:
    element = presents.get(revue.offre_id)
    if element is None or revue.composante not in {c.code for c in element.composantes}:
        raise Conflit(
            "Un avenant revoit les quantités de ce que le contrat porte déjà, à son prix.",
            regle="CI-17",
            details={"offre_id": str(revue.offre_id), "composante": revue.composante},
        )
    return element


def _prolonger(element: Element, avant: int, apres: int) -> Element:
    """Les quantités du dernier mois se poursuivent; ce qui se paie une fois ne se repaie pas."""
    if apres == avant:
        return element
    prolongees = tuple(
        composante
        if composante.periodicite is Periodicite.UNIQUE
        else replace(
            composante,
            quantites=(
                *composante.quantites[:-1],
                replace(composante.quantites[-1], au_mois=apres),
            ),
        )
        for composante in element.composantes
    )
    return replace(element, composantes=prolongees)


def _revoir(element: Element, revue: QuantiteRevue) -> Element:
    composantes = tuple(
        replace(c, quantites=_revues(c, revue.quantites)) if c.code == revue.composante else c
        for c in element.composantes
    )
    return replace(element, composantes=composantes)


def _revues(
    composante: ComposanteRetenue, revues: Sequence[QuantitePeriode]
) -> tuple[QuantitePeriode, ...]:
    """Les quantités, les mois revus remplacés; hors de la durée, `Termes` les refuse."""
    mois_revus = [mois for q in revues for mois in q.mois]
    if not all(q.mois for q in revues) or len(set(mois_revus)) < len(mois_revus):
        raise Conflit(
            f"Les mois revus de « {composante.code} » se suivent sans se chevaucher.",
            regle="CI-14",
            details={"composante": composante.code},
        )
    if composante.periodicite is Periodicite.UNIQUE:
        return tuple(revues)
    par_mois = {mois: q.quantite for q in composante.quantites for mois in q.mois}
    par_mois |= {mois: q.quantite for q in revues for mois in q.mois}
    return tuple(
        QuantitePeriode(min(mois), max(mois), quantite) for quantite, mois in _plages(par_mois)
    )


def _plages(par_mois: Mapping[int, int]) -> Iterable[tuple[int, list[int]]]:
    """Les mois qui se suivent à même quantité, dans l'ordre."""
    reperes = groupby(enumerate(sorted(par_mois)), lambda dit: (par_mois[dit[1]], dit[1] - dit[0]))
    return ((quantite, [mois for _, mois in groupe]) for (quantite, _), groupe in reperes)

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
    revues = _revues(termes, changement)
    presents = {e.offre_id: _changer(e, revues, termes.duree_mois, duree) for e in termes.elements}
    doubles = [ajoute for ajoute in changement.ajoutes if ajoute.offre_id in presents]
    if doubles:
        raise Conflit(
            "Une offre déjà au contrat ne s'y ajoute pas : ses quantités se revoient.",
            regle="CI-17",
            details={"offre_id": str(doubles[0].offre_id)},
        )
    return Termes(termes.debut, duree, (*presents.values(), *changement.ajoutes))


_Revues = Mapping[tuple[UUID, str], Sequence[QuantitePeriode]]


def _revues(termes: Termes, changement: Changement) -> _Revues:
    portees = {(e.offre_id, c.code) for e in termes.elements for c in e.composantes}
    for revue in changement.quantites:
        mois = [m for q in revue.quantites for m in q.mois]
        details = {"offre_id": str(revue.offre_id), "composante": revue.composante}
        if (revue.offre_id, revue.composante) not in portees:
            raise Conflit(
                "Un avenant revoit les quantités de ce que le contrat porte déjà, à son prix.",
                regle="CI-17",
                details=details,
            )
        if not all(q.mois for q in revue.quantites) or len(set(mois)) < len(mois):
            raise Conflit(
                f"Les mois revus de « {revue.composante} » se suivent sans se chevaucher.",
                regle="CI-14",
                details=details,
            )
    return {(r.offre_id, r.composante): r.quantites for r in changement.quantites}


def _changer(element: Element, revues: _Revues, avant: int, apres: int) -> Element:
    composantes = tuple(
        replace(c, quantites=_quantites(c, revues.get((element.offre_id, c.code)), avant, apres))
        for c in element.composantes
    )
    return replace(element, composantes=composantes)


def _quantites(
    composante: ComposanteRetenue,
    revues: Sequence[QuantitePeriode] | None,
    avant: int,
    apres: int,
) -> tuple[QuantitePeriode, ...]:
    """Les mois revus remplacés; d'une prolongation, celles du dernier mois se poursuivent.

    Ce qui se paie une fois ne se repaie pas. Hors de la durée, `Termes` les refuse.
    """
    if composante.periodicite is Periodicite.UNIQUE:
        return composante.quantites if revues is None else tuple(revues)
    par_mois = {mois: q.quantite for q in composante.quantites for mois in q.mois}
    par_mois |= {mois: q.quantite for q in revues or () for mois in q.mois}
    for mois in range(avant + 1, apres + 1):
        par_mois.setdefault(mois, par_mois[mois - 1])
    return tuple(
        QuantitePeriode(min(mois), max(mois), quantite) for quantite, mois in _plages(par_mois)
    )


def _plages(par_mois: Mapping[int, int]) -> Iterable[tuple[int, list[int]]]:
    """Les mois qui se suivent à même quantité, dans l'ordre."""
    reperes = groupby(enumerate(sorted(par_mois)), lambda dit: (par_mois[dit[1]], dit[1] - dit[0]))
    return ((quantite, [mois for _, mois in groupe]) for (quantite, _), groupe in reperes)

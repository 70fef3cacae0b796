"""Deux contrats en cours pour un même besoin : signalés, jamais défendus (CI-17, CI-19)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.contrats.domaine.contrat import Contrat


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallele:
    """Un autre contrat conclu de l'organisme, et ses offres."""

    contrat_id: UUID
    fournisseur_id: UUID
    debut: date
    fin: date
    offres: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recoupement:
    """Les catégories que deux contrats paient les mêmes mois, sur `[du, au)`."""

    contrat_id: UUID
    fournisseur_id: UUID
    categories: tuple[str, ...]
    du: date
    au: date


def recouper(
    contrat: Contrat, autres: Iterable[Parallele], categories: Mapping[UUID, str], jour: date
) -> tuple[Recoupement, ...]:
    """Ceux qui courent avec lui, ce jour-là ou plus tard, dans une même catégorie d'offre."""
    siennes = {categories[offre] for offre in contrat.courants.offres if offre in categories}
    trouves = []
    for autre in autres:
        communes = siennes & {categories[o] for o in autre.offres if o in categories}
        du, au = max(contrat.termes.debut, autre.debut), min(contrat.fin, autre.fin)
        if communes and max(du, jour) < au:
            trouves.append(
                Recoupement(
                    contrat_id=autre.contrat_id,
                    fournisseur_id=autre.fournisseur_id,
                    categories=tuple(sorted(communes)),
                    du=du,
                    au=au,
                )
            )
    return tuple(trouves)

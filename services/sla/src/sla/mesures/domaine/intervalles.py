"""Chaque jour et chaque intervalle d'un décompte : la règle, les faits derrière (SLA-2, SLA-3)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from calendrier import Calendrier, Charge, Decompte, Intervalle, Motif
from sla.histoires.domaine import Histoire
from sla.mesures.domaine.horloges import Comptage
from sla.mesures.domaine.parcours import Parcours

_REGLES: Mapping[Motif, str] = MappingProxyType(
    {
        Motif.FIN_DE_SEMAINE: "Le calendrier n'ouvre pas ce jour (SLA-1).",
        Motif.FERIE: "Le calendrier n'ouvre pas ce jour (SLA-1).",
        Motif.AVANT_J0: "Rien ne se compte avant le jour zéro (SLA-2).",
        Motif.COMPTE: "Un jour qui suit le jour zéro et finit à la charge du MCN compte (SLA-2).",
        Motif.CLIENT: "Un jour qui finit à la charge du client ne compte pas (SLA-2).",
        Motif.PERSONNE: "Livré puis rouvert : ce qui est entre les deux ne compte pas (SLA-2).",
        Motif.FIN: "Le jour de la fin compte toujours, s'il suit le jour zéro (SLA-2).",
        Motif.EN_COURS: "Un jour se décide quand il finit (SLA-2).",
    }
)
"""Celle du jour zéro est celle de l'horloge."""


_CHOMES = frozenset({Motif.FIN_DE_SEMAINE, Motif.FERIE})


class JourExplique(NamedTuple):
    """Un jour du décompte, et à la charge de qui il finit."""

    jour: date
    motif: Motif
    charge: Charge
    acte: UUID | None
    """Le dernier fait qui en décide; None : rien n'avait commencé."""


@dataclass(frozen=True, slots=True)
class IntervalleExplique:
    """Un intervalle du décompte, sa règle, et les faits qui en décident."""

    intervalle: Intervalle
    regle: str
    actes: tuple[UUID, ...]
    """L'identité de ces faits; vide : le calendrier seul en décide."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """Les jours qu'un même fait laisse à la charge du client : ils ne comptent pas."""

    acte: UUID
    debut: date
    fin: date
    """Le dernier de ces jours, compris."""
    jours: int
    """Combien auraient compté sans elle, dans l'unité de l'horloge."""


@dataclass(frozen=True, slots=True)
class Detail:
    """Un décompte jour par jour et intervalle par intervalle; vide si rien ne se décompte."""

    jours: tuple[JourExplique, ...]
    intervalles: tuple[IntervalleExplique, ...]

    @property
    def suspensions(self) -> tuple[Suspension, ...]:
        """Les jours laissés à la charge du client, fait par fait; aucun d'avant le jour zéro."""
        return tuple(_suspensions(self.jours))


SANS_DETAIL = Detail((), ())


def detailler(
    decompte: Decompte,
    parcours: Parcours,
    histoire: Histoire,
    comptage: Comptage,
    calendrier: Calendrier,
) -> Detail:
    """Le décompte de ce parcours, où chaque jour et chaque intervalle dit ses faits."""
    actes = [episode.acte_id for episode in histoire.episodes]
    charges = [(t.instant, t.charge, actes[t.sequence]) for t in parcours.transitions]
    jours = tuple(_jours(decompte, charges, comptage, calendrier))
    ouvre = next((acte for _, charge, acte in charges if charge is Charge.MCN), None)
    ferme = None if parcours.fin is None else actes[parcours.fin]
    propres = {Motif.AVANT_J0: charges[0][2], Motif.J0: ouvre, Motif.FIN: ferme}
    return Detail(jours, tuple(_intervalles(decompte, jours, comptage, propres)))


def _jours(
    decompte: Decompte,
    charges: Sequence[tuple[datetime, Charge, UUID]],
    comptage: Comptage,
    calendrier: Calendrier,
) -> Iterator[JourExplique]:
    place = 0
    for intervalle in decompte.intervalles:
        for jour in _dates(intervalle):
            cloture = comptage.cloture(calendrier, jour)
            while place < len(charges) and charges[place][0] <= cloture:
                place += 1
            charge, acte = charges[place - 1][1:] if place else (Charge.PERSONNE, None)
            yield JourExplique(jour, intervalle.motif, charge, acte)


def _intervalles(
    decompte: Decompte,
    jours: Iterable[JourExplique],
    comptage: Comptage,
    propres: Mapping[Motif, UUID | None],
) -> Iterator[IntervalleExplique]:
    """De certains motifs, un fait `propre` décide, quel que soit l'état en fin de jour."""
    decident = {j.jour: j.acte for j in jours}
    for intervalle in decompte.intervalles:
        actes: Iterable[UUID | None] = ()
        if intervalle.motif in propres:
            actes = (propres[intervalle.motif],)
        elif intervalle.motif not in _CHOMES:
            actes = (decident[jour] for jour in _dates(intervalle))
        distincts = tuple(dict.fromkeys(acte for acte in actes if acte is not None))
        regle = _REGLES.get(intervalle.motif, comptage.regle_du_jour_zero)
        yield IntervalleExplique(intervalle, regle, distincts)


def _suspensions(jours: Iterable[JourExplique]) -> Iterator[Suspension]:
    suspendus = (j for j in jours if j.motif is Motif.CLIENT)
    for acte, groupe in groupby(suspendus, key=lambda j: j.acte):
        siens = [j.jour for j in groupe]
        if acte is not None:
            yield Suspension(acte, siens[0], siens[-1], len(siens))


def _dates(intervalle: Intervalle) -> Iterator[date]:
    for n in range((intervalle.fin - intervalle.debut).days + 1):
        yield intervalle.debut + timedelta(days=n)

"""Ce que des personnes ont décidé, tel que le rejeu l'applique (SLA-3, SLA-8)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sla.exclusions.domaine.contestations import Contestation, Objet
from sla.exclusions.domaine.exclusions import Exclusion


@dataclass(frozen=True, slots=True)
class Decisions:
    """Ce qui a été décidé des mesures d'un organisme."""

    exclusions: Mapping[UUID, Sequence[Exclusion]] = field(default_factory=dict)
    """Celles de chaque mesure, annulées ou non, de la plus ancienne à la dernière."""
    conditions: Mapping[tuple[UUID, str], Contestation] = field(default_factory=dict)
    """Ce qui écarte une condition de la fiche, par mesure et par code."""
    suspensions: Mapping[UUID, Contestation] = field(default_factory=dict)
    """Ce qui écarte une suspension, par acte : les jours qu'elle retirait comptent de nouveau."""

    @property
    def excluent(self) -> bool:
        """Vrai si l'une touche à l'exclusion d'une mesure."""
        return bool(self.exclusions or self.conditions)


SANS_DECISION: Final = Decisions()
AUCUNE: Final[Mapping[str, Decisions]] = MappingProxyType({})


def par_organisme(
    exclusions: Iterable[Exclusion], acceptees: Iterable[Contestation]
) -> Mapping[str, Decisions]:
    """Les décisions de chaque organisme, d'exclusions et de contestations acceptées.

    L'ordre où elles arrivent est indifférent; de deux qui écartent la même chose, la première vaut.
    """
    siennes: defaultdict[str, defaultdict[UUID, list[Exclusion]]]
    siennes = defaultdict(lambda: defaultdict(list))
    for exclusion in sorted(exclusions, key=lambda e: (e.prononcee_le, e.id)):
        siennes[exclusion.organisme][exclusion.mesure_id].append(exclusion)
    conditions: defaultdict[str, dict[tuple[UUID, str], Contestation]] = defaultdict(dict)
    suspensions: defaultdict[str, dict[UUID, Contestation]] = defaultdict(dict)
    for c in sorted(acceptees, key=lambda c: (c.ouverte_le, c.id)):
        if c.objet is Objet.CONDITION and c.condition is not None:
            conditions[c.organisme].setdefault((c.objet_id, c.condition), c)
        elif c.objet is Objet.SUSPENSION:
            suspensions[c.organisme].setdefault(c.objet_id, c)
    return {
        organisme: Decisions(siennes[organisme], conditions[organisme], suspensions[organisme])
        for organisme in siennes.keys() | conditions.keys() | suspensions.keys()
    }

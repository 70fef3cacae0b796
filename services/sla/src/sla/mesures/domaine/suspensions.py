"""Les jours que chaque suspension retire au compte d'une mesure, un à un contestables (SLA-8)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from calendrier import Calendrier, Decompte
from sla.exclusions.domaine.contestations import Contestation
from sla.exclusions.domaine.decisions import Decisions
from sla.fiches.domaine import Indicateur
from sla.histoires.domaine import Episode, Histoire
from sla.mesures.domaine.horloges import Comptage
from sla.mesures.domaine.parcours import Parcours, parcourir


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Un fait qui suspend une mesure."""

    episode: Episode
    jours: int
    """Ce qu'il retire au compte; écarté, ce qu'il en retirerait."""
    ecartee: Contestation | None
    """La contestation acceptée qui l'écarte."""


@dataclass(frozen=True, slots=True)
class Decompteur:
    """De quoi compter les jours d'une mesure, finie ou vue à l'instant `au`."""

    comptage: Comptage
    fin: datetime | None
    calendrier: Calendrier
    au: datetime

    def decompter(self, parcours: Parcours) -> Decompte:
        """Ses jours, intervalle par intervalle; lève `JourHorsCalendrier`."""
        return self.comptage.decompter(parcours.transitions, self.fin, self.calendrier, au=self.au)

    def suspensions(
        self,
        histoire: Histoire,
        indicateur: Indicateur,
        ouvrante: int | None,
        decisions: Decisions,
    ) -> Iterator[Suspension]:
        """Chaque fait qui suspend la mesure, et les jours dont le compte change sans lui.

        Lève `JourHorsCalendrier`.
        """
        ecartees = decisions.suspensions
        for place, episode in enumerate(histoire.episodes):
            if episode.type not in indicateur.suspend:
                continue
            autres = ecartees.keys() - {episode.acte_id}
            avec = parcourir(histoire, indicateur, ouvrante, autres)
            if place not in {t.sequence for t in avec.transitions}:
                continue
            sans = parcourir(histoire, indicateur, ouvrante, {*autres, episode.acte_id})
            yield Suspension(
                episode=episode,
                jours=self.decompter(sans).jours - self.decompter(avec).jours,
                ecartee=ecartees.get(episode.acte_id),
            )

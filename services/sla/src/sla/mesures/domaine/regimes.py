"""Ce qui régit les mesures d'un sujet : au plus une version par indicateur (SLA-3, SLA-10)."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from calendrier import Calendrier, JourHorsCalendrier
from noyau import jour_de_quebec
from sla.fiches.domaine import Fiches, Indicateur, Lignee, Regime
from sla.histoires.domaine import Histoire
from sla.mesures.domaine.horloges import jour_zero
from sla.mesures.domaine.parcours import Ouverture, ouvrir


class Lue(NamedTuple):
    """Une ouverture, et les jours qui disent quelle version régit."""

    ouverture: Ouverture
    j0: date | None
    """None : pas encore ouverte, ou ouverte hors des années du calendrier (SLA-1)."""
    ne_le: date


def regissent(
    histoire: Histoire, fiches: Fiches, calendrier: Calendrier
) -> Iterator[tuple[Regime, Lue]]:
    """Les régimes de ce sujet, un par indicateur qui le couvre, et l'ouverture que chacun lit."""
    lecture = _Lecture(histoire, calendrier)
    siennes = fiches.pour(histoire.organisme)
    for lignee in siennes.lignees.get(histoire.sujet.sorte, ()):
        if (regime := _regime(lignee, lecture)) and (lue := lecture.lire(regime)):
            yield regime, lue


@dataclass(slots=True)
class _Lecture:
    """Une histoire, où ce qui s'ouvre pareil ne se cherche qu'une fois."""

    histoire: Histoire
    calendrier: Calendrier
    _lues: dict[int, Lue | None] = field(default_factory=dict)

    def lire(self, regime: Regime) -> Lue | None:
        """L'ouverture que ce régime y lit; None si rien ne pourrait encore l'ouvrir."""
        if regime.lecture not in self._lues:
            self._lues[regime.lecture] = self._lire(regime.indicateur)
        return self._lues[regime.lecture]

    def _lire(self, indicateur: Indicateur) -> Lue | None:
        ouverture, j0 = ouvrir(self.histoire, indicateur.ouvre), None
        if ouverture is None:
            return None
        if (instant := ouverture.instant) is not None:
            with suppress(JourHorsCalendrier):
                j0 = jour_zero(indicateur, instant, self.calendrier)
        return Lue(ouverture, j0, jour_de_quebec(ouverture.naissance.survenu_le))

    def couvre(self, regime: Regime) -> bool:
        """Vrai si l'indicateur de ce régime mesure le sujet."""
        lue = self.lire(regime)
        return lue is not None and regime.indicateur.couvre.vrai(lue.ouverture.faits)


def _regime(lignee: Lignee, lecture: _Lecture) -> Regime | None:
    """La première version en vigueur au J0 qu'elle donne; à défaut, celle de la naissance.

    À défaut : J0 n'est pas encore connu; ou bien, d'une version à l'autre, l'indicateur a changé
    d'horloge ou d'ouverture, et aucune ne donne un J0 sous elle. Si même alors deux versions se
    renvoient l'une à l'autre, la plus ancienne régit : jamais en vigueur sans mesurer. Une version
    ne reprend jamais un J0 d'avant elle (CAT-5). Un indicateur qui ne couvre pas le sujet à ce J0
    ne le mesure pas.
    """
    siennes: list[Regime] = []
    de_naissance: list[Regime] = []
    renvois: dict[int, Regime] = {}
    for lu in lignee.lectures:
        lue = lecture.lire(lu)
        if lue is None or not lignee.pourrait_couvrir(lue.ouverture.faits):
            continue
        regime = lignee.regime(lue.j0 or lue.ne_le)
        if regime is None or not lecture.couvre(regime):
            continue
        if lue.j0 is not None:
            if regime.lecture == lu.lecture:
                siennes.append(regime)
                continue
            renvois[lu.lecture] = regime
        regime = lignee.regime(lue.ne_le)
        if regime is not None and regime.lecture == lu.lecture and lecture.couvre(regime):
            de_naissance.append(regime)
    croisees = [r for r in renvois.values() if _se_croisent(r, renvois)]
    sienne = min(siennes, key=_anciennete, default=None)
    repli = next(iter([*de_naissance, *sorted(croisees, key=_anciennete)]), None)
    if sienne is None or repli is None:
        return sienne or repli
    j0 = lue.j0 if (lue := lecture.lire(repli)) else None
    return sienne if j0 is None or sienne.debut <= j0 else repli


def _anciennete(regime: Regime) -> tuple[date, int]:
    return regime.debut, regime.version


def _se_croisent(regime: Regime, renvois: Mapping[int, Regime]) -> bool:
    """Vrai si la version à laquelle renvoie ce régime renvoie à lui."""
    autre = renvois.get(regime.lecture)
    return autre is not None and renvois.get(autre.lecture) == regime

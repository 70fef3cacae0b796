"""Ce qui régit les mesures d'un sujet : au plus une version par indicateur (SLA-3, SLA-10)."""

from collections.abc import Iterable, Iterator
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
        try:
            return self._lues[regime.lecture]
        except KeyError:
            lue = self._lues[regime.lecture] = self._lire(regime.indicateur)
            return lue

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


class _Candidat(NamedTuple):
    """Une version qui pourrait régir, depuis que l'on publie ce qui l'y met."""

    depuis: date
    rang: int
    """Ce qui l'y met : elle donne un J0 sous elle (0), on s'y renvoie (1), le sujet y naît (2)."""
    version: int
    regime: Regime
    j0: date | None


def _regime(lignee: Lignee, lecture: _Lecture) -> Regime | None:
    """La version en vigueur au J0 qu'elle donne; à défaut, une autre : jamais en vigueur pour rien.

    D'une version à l'autre, l'indicateur a pu changer d'horloge ou d'ouverture, et aucune ne donner
    un J0 sous elle : de deux qui se renvoient l'une à l'autre, la plus ancienne régit; sinon, celle
    de la naissance, comme tant que J0 n'est pas connu. Une version ne reprend jamais un J0 d'avant
    elle (CAT-5). Un indicateur qui ne couvre pas le sujet à ce J0 ne le mesure pas.
    """
    ouvertes = [
        (lu, lue)
        for lu in lignee.lectures
        if (lue := lecture.lire(lu)) and lignee.pourrait_couvrir(lue.ouverture.faits)
    ]
    if not ouvertes:
        return None
    choisi: _Candidat | None = None
    for c in sorted(_candidats(lignee, lecture, ouvertes), key=lambda c: c[:3]):
        if choisi is None or (
            c.rang < choisi.rang and (choisi.j0 is None or c.depuis <= choisi.j0)
        ):
            choisi = c
    return choisi.regime if choisi else None


def _candidats(
    lignee: Lignee, lecture: _Lecture, ouvertes: Iterable[tuple[Regime, Lue]]
) -> Iterator[_Candidat]:
    renvois: dict[int, Regime] = {}
    for lu, lue in ouvertes:
        r = lignee.regime(lue.j0 or lue.ne_le)
        if r is None or not lecture.couvre(r):
            continue
        if lue.j0 is not None:
            renvois[lu.lecture] = r
            if r.lecture == lu.lecture:
                yield _Candidat(r.debut, 0, r.version, r, lue.j0)
                continue
        r = lignee.regime(lue.ne_le)
        if r is not None and r.lecture == lu.lecture and lecture.couvre(r):
            yield _Candidat(r.debut, 2, r.version, r, lue.j0)
    for r in renvois.values():
        autre = renvois.get(r.lecture)
        sienne = lecture.lire(r)
        if sienne and autre and autre is not r and renvois.get(autre.lecture) is r:
            yield _Candidat(max(r.debut, autre.debut), 1, r.version, r, sienne.j0)

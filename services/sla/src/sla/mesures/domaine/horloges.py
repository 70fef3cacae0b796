"""Les horloges qui comptent des jours : une façon de compter par forme (CAT-9, SLA-10)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Protocol

import calendrier as ouvrables
from calendrier import Calendrier, Decompte, Transition
from noyau import jour_de_quebec
from sla.fiches.domaine import Forme, Indicateur
from sla.histoires.domaine import Episode, Histoire
from sla.mesures.domaine import civils
from sla.mesures.domaine.parcours import Parcours

CONVENUE = "date_convenue"
"""Le fait nommé où se lit une date convenue (SLA-4)."""


class _Decompter(Protocol):
    def __call__(
        self,
        transitions: Sequence[Transition],
        fin: datetime | None,
        calendrier: Calendrier,
        /,
        *,
        au: datetime,
    ) -> Decompte: ...


class _Echeance(Protocol):
    def __call__(
        self,
        transitions: Sequence[Transition],
        delai: int,
        calendrier: Calendrier,
        /,
        *,
        au: datetime,
    ) -> date | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Comptage:
    """Comment des jours se comptent, une histoire ou de nombreuses à la fois."""

    unite: tuple[str, str]
    """Au singulier, au pluriel."""
    regle: str
    """Une phrase, pour qui lit l'explication."""
    regle_du_jour_zero: str
    cloture: Callable[[Calendrier, date], datetime]
    """L'instant d'un jour, compris, où l'on regarde à la charge de qui est le sujet."""
    jour_zero: Callable[[datetime, Calendrier], date]
    jours_comptes: Callable[
        [Iterable[Sequence[Transition]], Sequence[datetime], Calendrier], list[int]
    ]
    decompter: _Decompter
    echeance: _Echeance
    avant: Callable[[date, int, Calendrier], date]
    """Tant de ces jours avant un jour."""

    def jours(self, nombre: int) -> str:
        """« 1 jour ouvrable », « 12 jours civils »."""
        return f"{nombre} {self.unite[nombre > 1]}"

    def comptes(self, nombre: int) -> str:
        """« 1 jour ouvrable compté », « 12 jours civils comptés »."""
        return f"{self.jours(nombre)} {'comptés' if nombre > 1 else 'compté'}"


def _cloture_ouvrable(calendrier: Calendrier, jour: date) -> datetime:
    """La fermeture; d'un jour qui n'ouvre pas, sa fin."""
    return calendrier.fermeture(jour) if calendrier.est_ouvrable(jour) else civils.cloture(jour)


def _ouvrables_comptes(
    histoires: Iterable[Sequence[Transition]], fins: Sequence[datetime], calendrier: Calendrier
) -> list[int]:
    # numpy pèse douze mégaoctets : il vient avec la première mesure, et l'API, qui lit, s'en passe.
    from calendrier.lot import jours_comptes  # noqa: PLC0415

    return jours_comptes(histoires, fins, calendrier)


COMPTAGES: Mapping[Forme, Comptage] = MappingProxyType(
    {
        Forme.JOURS_OUVRABLES: Comptage(
            unite=("jour ouvrable", "jours ouvrables"),
            regle="Un jour ouvrable compte s'il suit le jour zéro et que le sujet est à la charge"
            " du MCN à 17 h, ou s'il est le jour de la fin (SLA-2).",
            regle_du_jour_zero="Le jour ouvrable de l'ouverture si elle précède 17 h, sinon le"
            " suivant; il ne compte pas (SLA-2).",
            cloture=_cloture_ouvrable,
            jour_zero=ouvrables.jour_zero,
            jours_comptes=_ouvrables_comptes,
            decompter=ouvrables.decompter,
            echeance=ouvrables.echeance_projetee,
            avant=lambda jour, n, calendrier: calendrier.ajouter_jours_ouvrables(jour, -n),
        ),
        Forme.JOURS_CIVILS: Comptage(
            unite=("jour civil", "jours civils"),
            regle="Un jour civil compte s'il suit le jour zéro et que rien ne suspend la mesure en"
            " fin de journée, ou s'il est le jour de la fin.",
            regle_du_jour_zero="Le jour de l'ouverture, quelle qu'en soit l'heure; il ne compte pas"
            " (SLA-2).",
            cloture=lambda _, jour: civils.cloture(jour),
            jour_zero=civils.jour_zero,
            jours_comptes=civils.jours_comptes,
            decompter=civils.decompter,
            echeance=civils.echeance_projetee,
            avant=civils.avant,
        ),
    }
)
"""Une date convenue ne compte aucun jour : elle n'y est pas."""


def comptage_de(indicateur: Indicateur) -> Comptage | None:
    """Comment ses jours se comptent; None s'il n'en compte aucun."""
    return COMPTAGES.get(indicateur.forme) if indicateur.forme else None


def jour_zero(indicateur: Indicateur, ouverture: datetime, calendrier: Calendrier) -> date:
    """Le jour dont la version en vigueur régit la mesure (SLA-3).

    Lève `JourHorsCalendrier` si ses jours se comptent et qu'il n'en est pas (SLA-1).
    """
    comptage = comptage_de(indicateur)
    if comptage is None:
        return jour_de_quebec(ouverture)
    return comptage.jour_zero(ouverture, calendrier)


def date_convenue(histoire: Histoire, parcours: Parcours) -> date | None:
    """La dernière date convenue avant la fin, et à temps; None si aucune ne l'a été."""
    valent = dates_convenues(histoire.episodes[: parcours.fin], parcours)
    return next(reversed(valent.values()), None)


def dates_convenues(episodes: Sequence[Episode], parcours: Parcours) -> dict[int, date]:
    """Celles qui ont valu, à la place du fait qui les dit (SLA-4).

    Passée, une date ne se déplace plus : on ne convient pas d'un retard après coup. Ce qui se
    rouvre se convient de nouveau, si la date était tenue.
    """
    valent: dict[int, date] = {}
    courante: date | None = None
    libre = False
    for place, episode in enumerate(episodes):
        jour = jour_de_quebec(episode.survenu_le)
        fermee = parcours.rouvertes.get(place)
        if fermee is not None and courante is not None:
            libre = jour_de_quebec(episodes[fermee].survenu_le) <= courante
        dite = episode.faits.get(CONVENUE)
        if isinstance(dite, str) and (libre or courante is None or jour <= courante):
            courante = valent[place] = date.fromisoformat(dite)
            libre = False
        libre = libre and place not in parcours.rouvertes.values()
    return valent

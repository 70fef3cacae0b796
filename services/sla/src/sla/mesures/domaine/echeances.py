"""L'échéance d'une mesure ouverte : le dernier jour où finir tient la cible (SLA-6)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from calendrier import Calendrier, Charge, JourHorsCalendrier
from sla.fiches.domaine import Indicateur
from sla.histoires.domaine import Histoire
from sla.mesures.domaine.horloges import COMPTAGES, comptage_de, date_convenue
from sla.mesures.domaine.parcours import Parcours

_PLUS_TARD: Final = timedelta(days=31)
"""Il y ferme toujours un jour ouvrable : une échéance que l'on reporte y change."""


@dataclass(frozen=True, slots=True)
class Echeance:
    """L'échéance d'une mesure que rien ne suspend; le temps qui passe n'y change rien."""

    le: date
    """Le dernier jour où finir tient la cible si rien ne la suspend plus."""
    a_risque_le: date | None
    """Le jour dès lequel elle est à risque; None : la fiche n'en dit pas le seuil."""
    reprise: UUID
    """L'acte qui l'a mise en dernier à la charge du MCN."""


def echeance_projetee(
    histoire: Histoire,
    indicateur: Indicateur,
    parcours: Parcours,
    calendrier: Calendrier,
    *,
    au: datetime,
) -> date | None:
    """L'échéance d'une mesure ouverte vue à l'instant `au`, comme si rien ne la suspendait plus.

    D'une date convenue, la dernière dite. None si rien n'en donne une. Lève `JourHorsCalendrier`
    si elle sort des années du calendrier (SLA-1).
    """
    comptage = comptage_de(indicateur)
    if comptage is None or indicateur.delai is None:
        return date_convenue(histoire, parcours)
    return comptage.echeance(parcours.transitions, indicateur.delai, calendrier, au=au)


def echeance(
    histoire: Histoire, indicateur: Indicateur, parcours: Parcours, calendrier: Calendrier
) -> Echeance | None:
    """L'échéance d'une mesure ouverte; None si une suspension la reporte, ou hors du calendrier.

    Une suspension ne reporte ni une date convenue, ni l'échéance d'un délai déjà épuisé.
    """
    prises = [t for t in parcours.transitions if t.charge is Charge.MCN]
    if not prises:
        return None
    derniere = parcours.transitions[-1]
    regards = [derniere.instant]
    if derniere is not prises[-1]:
        regards.append(derniere.instant + _PLUS_TARD)
    try:
        # À la charge du MCN, la regarder plus tard donnerait le même jour; suspendue, un autre.
        le, *plus_tard = (
            echeance_projetee(histoire, indicateur, parcours, calendrier, au=au) for au in regards
        )
        if le is None or plus_tard not in ([], [le]):
            return None
        seuil = _avant(le, indicateur, calendrier)
    except JourHorsCalendrier:
        return None
    return Echeance(le, seuil, histoire.episodes[prises[-1].sequence].acte_id)


def _avant(le: date, indicateur: Indicateur, calendrier: Calendrier) -> date | None:
    """Le jour qui précède l'échéance du seuil de la fiche, dans les jours de son calendrier."""
    if indicateur.a_risque is None:
        return None
    return COMPTAGES[indicateur.jours_du_seuil].avant(le, indicateur.a_risque, calendrier)

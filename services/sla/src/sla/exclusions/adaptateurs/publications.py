"""Ce que les exclusions et les contestations publient : ni motif, ni preuve, ni auteur."""

from typing import Any, TypeAlias, assert_never

from contrats import sla as evenements
from contrats.base import Evenement
from sla.exclusions.domaine.contestations import (
    Contestation,
    ContestationOuverte,
    ContestationRetiree,
    ContestationTranchee,
)
from sla.exclusions.domaine.exclusions import Exclusion, ExclusionAnnulee, ExclusionPrononcee
from socle.envoi.evenements import publications

FaitExclusion: TypeAlias = (
    ExclusionPrononcee
    | ExclusionAnnulee
    | ContestationOuverte
    | ContestationTranchee
    | ContestationRetiree
)


def traduire(fait: FaitExclusion) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case ExclusionPrononcee():
            return evenements.ExclusionPrononcee(
                **_exclusion(fait.exclusion),
                condition=fait.exclusion.condition,
                fait_nouveau=fait.exclusion.fait_nouveau is not None,
            )
        case ExclusionAnnulee():
            annulation = fait.exclusion.annulation
            return evenements.ExclusionAnnulee(
                **_exclusion(fait.exclusion),
                contestation_id=None if annulation is None else annulation.contestation_id,
            )
        case ContestationOuverte():
            return evenements.ContestationMesureOuverte(**_contestation(fait.contestation))
        case ContestationTranchee():
            return evenements.ContestationMesureTranchee(
                **_contestation(fait.contestation), decision=fait.contestation.etat.value
            )
        case ContestationRetiree():
            return evenements.ContestationMesureRetiree(**_contestation(fait.contestation))
        case _:
            assert_never(fait)


def _exclusion(exclusion: Exclusion) -> dict[str, Any]:
    return {
        "organisme": exclusion.organisme,
        "exclusion_id": exclusion.id,
        "mesure_id": exclusion.mesure_id,
        "sujet": exclusion.sujet,
        "sujet_id": exclusion.sujet_id,
        "fiche": exclusion.fiche,
        "indicateur": exclusion.indicateur,
    }


def _contestation(contestation: Contestation) -> dict[str, Any]:
    return {
        "organisme": contestation.organisme,
        "contestation_id": contestation.id,
        "objet": contestation.objet.value,
        "objet_id": contestation.objet_id,
        "condition": contestation.condition,
    }


PUBLICATIONS = publications(FaitExclusion, traduire)

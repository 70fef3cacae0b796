"""Ce que les contestations publient : ni motif, ni auteur, qui restent chez nous."""

from typing import Any, TypeAlias, assert_never

from contrats import facturation as evenements
from contrats.base import Evenement
from facturation.contestations.domaine.contestations import (
    Contestation,
    ContestationRappelee,
    ContestationRetiree,
    ContestationTranchee,
    FactureContestee,
    GenreRappel,
)
from facturation.contestations.domaine.validations import FactureValidee
from socle.envoi.evenements import publications

FaitContestation: TypeAlias = (
    FactureContestee
    | ContestationTranchee
    | ContestationRetiree
    | ContestationRappelee
    | FactureValidee
)


def traduire(fait: FaitContestation) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case FactureValidee():
            validation = fait.validation
            return evenements.FactureValidee(
                organisme=validation.organisme, numero=validation.numero
            )
        case FactureContestee():
            return evenements.FactureContestee(
                **_de(fait.contestation), tardive=fait.contestation.tardive
            )
        case ContestationTranchee():
            return evenements.ContestationTranchee(
                **_de(fait.contestation),
                decision=fait.contestation.etat.value,
                note=fait.contestation.note,
                rendu=fait.rendu.decimal,
            )
        case ContestationRetiree():
            return evenements.ContestationRetiree(**_de(fait.contestation))
        case ContestationRappelee():
            return _rappel(fait)
        case _:
            assert_never(fait)


def _rappel(fait: ContestationRappelee) -> Evenement:
    rappel, siens = fait.rappel, _de(fait.contestation)
    match rappel.genre:
        case GenreRappel.A_RISQUE:
            return evenements.ContestationARisque(**siens, echeance=rappel.objet)
        case GenreRappel.EN_RETARD:
            return evenements.ContestationEnRetard(**siens, echeance=rappel.objet)
        case GenreRappel.SANS_REPONSE:
            return evenements.ContestationSansReponse(**siens, question_le=rappel.objet)
        case _:
            assert_never(rappel.genre)


def _de(contestation: Contestation) -> dict[str, Any]:
    return {
        "organisme": contestation.organisme,
        "contestation_id": contestation.id,
        "numero": contestation.numero,
        "lignes": contestation.rangs,
    }


PUBLICATIONS = publications(FaitContestation, traduire)

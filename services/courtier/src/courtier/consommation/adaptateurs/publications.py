"""Ce que la consommation publie : ses seuils atteints, ses dépassements (CI-19)."""

from typing import Any, assert_never

from contrats import courtier as evenements
from contrats.base import Evenement
from courtier.consommation.domaine.bilan import MontantDepasse, SeuilAtteint
from socle.envoi.evenements import publications

FaitDeConsommation = SeuilAtteint | MontantDepasse


def traduire(fait: FaitDeConsommation) -> Evenement:
    """L'événement d'un fait."""
    match fait:
        case SeuilAtteint(seuil=seuil):
            return evenements.ConsommationARisque(**_de(fait), seuil=seuil)
        case MontantDepasse():
            return evenements.ConsommationDepassee(**_de(fait))
        case _:
            assert_never(fait)


def _de(fait: FaitDeConsommation) -> dict[str, Any]:
    return {
        "contrat_id": fait.contrat.id,
        "dossier_id": fait.contrat.dossier_id,
        "organisme": fait.contrat.organisme,
        "montant": fait.bilan.montant.decimal,
        "consomme": fait.bilan.consomme.decimal,
    }


PUBLICATIONS = publications(FaitDeConsommation, traduire)

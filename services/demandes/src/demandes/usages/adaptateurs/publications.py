"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.usages.domaine import UsageAnnule, UsageConstate
from socle.envoi.evenements import publications

FaitUsages = UsageConstate | UsageAnnule


def traduire(fait: FaitUsages) -> Evenement:
    """L'événement d'un fait."""
    usage = fait.usage
    match fait:
        case UsageConstate():
            return contrats.UsageConstate.model_validate(
                {
                    "organisme": usage.organisme,
                    "usage_id": usage.id,
                    "usage": usage.usage,
                    "unite": usage.unite,
                    "quantite": usage.quantite,
                    "imputation": usage.imputation,
                }
            )
        case UsageAnnule():
            return contrats.ActeRectifie(
                organisme=usage.organisme,
                agregat_id=usage.id,
                acte_id=usage.acte_id,
                acte=contrats.UsageConstate.TYPE,
                cause="rectification",
            )
        case _:
            assert_never(fait)


PUBLICATIONS = publications(FaitUsages, traduire)

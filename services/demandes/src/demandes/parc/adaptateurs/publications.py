"""Ce que l'aire publie de ses faits."""

from typing import assert_never

from contrats import demandes as contrats
from contrats.base import Evenement
from demandes.parc.domaine import ActifPerdu, ActifRecupere
from socle.envoi.evenements import publications

FaitParc = ActifRecupere | ActifPerdu


def traduire(fait: FaitParc) -> Evenement:
    """L'événement d'un fait."""
    actif = fait.actif
    match fait:
        case ActifRecupere(fait_le=jour):
            return contrats.ActifRecupere(
                organisme=actif.organisme, actif_id=actif.id, produit=actif.produit, fait_le=jour
            )
        case ActifPerdu(fait_le=jour, nature=nature):
            return contrats.ActifPerdu(
                organisme=actif.organisme,
                actif_id=actif.id,
                produit=actif.produit,
                fait_le=jour,
                nature=nature.value,
            )
        case _:
            assert_never(fait)


PUBLICATIONS = publications(FaitParc, traduire)

"""Ce que les alertes publient."""

from typing import assert_never

from contrats import sla as evenements
from contrats.base import Evenement
from sla.alertes.domaine import Alerte, AlerteAnnoncee, Nature
from socle.envoi.evenements import publications


def traduire(fait: AlerteAnnoncee) -> Evenement:
    """L'événement d'une alerte dite."""
    alerte = fait.alerte
    match alerte.nature:
        case Nature.A_RISQUE:
            return _dire(evenements.CibleARisque, alerte)
        case Nature.MANQUEE:
            return _dire(evenements.CibleManquee, alerte)
        case _:
            assert_never(alerte.nature)


def _dire(classe: type[evenements.AlerteDeCible], alerte: Alerte) -> Evenement:
    return classe.model_validate({nom: getattr(alerte, nom) for nom in classe.model_fields})


PUBLICATIONS = publications(AlerteAnnoncee, traduire)

"""Ce que les obligations publient : leurs rappels."""

from contrats import courtier as evenements
from contrats.base import Evenement
from courtier.obligations.domaine import ObligationRappelee
from noyau import jour_de_quebec
from socle.envoi.evenements import publications


def traduire(fait: ObligationRappelee) -> Evenement:
    """L'événement d'un rappel."""
    obligation = fait.obligation
    return evenements.ObligationRappelee(
        obligation_id=obligation.id,
        organisme=obligation.organisme,
        nature=obligation.nature.value,
        objet_id=obligation.objet_id,
        contrat_id=obligation.contrat_id,
        dossier_id=obligation.dossier_id,
        due_le=obligation.due_le,
        en_retard=obligation.due_le < jour_de_quebec(fait.survenu_le),
    )


PUBLICATIONS = publications(ObligationRappelee, traduire)

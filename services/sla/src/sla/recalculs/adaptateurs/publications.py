"""Ce que les recalculs publient."""

from contrats import sla as evenements
from sla.recalculs.domaine import RecalculAccepte
from socle.envoi.evenements import publications


def traduire(fait: RecalculAccepte) -> evenements.RecalculAccepte:
    """L'événement d'un rapport accepté."""
    classe = evenements.RecalculAccepte
    return classe.model_validate({nom: getattr(fait, nom) for nom in classe.model_fields})


PUBLICATIONS = publications(RecalculAccepte, traduire)

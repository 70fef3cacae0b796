"""Ce que les créances publient."""

from contrats import facturation as evenements
from facturation.creances.domaine.creances import LigneMiseEnAttente
from socle.envoi.evenements import publications


def traduire(fait: LigneMiseEnAttente) -> evenements.LigneMiseEnAttente:
    """L'événement d'un fait."""
    identite = fait.attente.identite
    return evenements.LigneMiseEnAttente(
        organisme=fait.organisme,
        source_id=identite.source,
        tarif=identite.tarif or None,
        periode=str(identite.periode),
        motif=fait.attente.motif,
    )


PUBLICATIONS = publications(LigneMiseEnAttente, traduire)

"""Ce que les taux publient."""

from contrats import sla as evenements
from sla.taux.domaine.fermetures import TauxPublie
from socle.envoi.evenements import publications


def traduire(fait: TauxPublie) -> evenements.TauxFerme:
    """L'événement d'un taux fermé; aucun motif n'y voyage."""
    return evenements.TauxFerme(
        periode=str(fait.fermeture.periode),
        exercice=fait.fermeture.periode.exercice,
        indicateur=fait.indicateur,
        organisme=fait.organisme,
        unite=fait.unite,
        cible=fait.cible,
        mesurees=fait.mesurees,
        conformes=fait.conformes,
        mesurees_ajuste=fait.mesurees_ajuste,
        conformes_ajuste=fait.conformes_ajuste,
        manquants=fait.fermeture.manquants,
        empreinte=fait.empreinte,
    )


PUBLICATIONS = publications(TauxPublie, traduire)

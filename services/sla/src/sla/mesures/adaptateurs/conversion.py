"""Mesure → ligne de `mesures`."""

from sla.mesures.domaine.verdict import Mesure


def ligne_de_mesure(mesure: Mesure) -> dict[str, object]:
    """Les colonnes d'une mesure; elle n'est plus à rejouer."""
    creation, regime, mois = mesure.creation, mesure.regime, mesure.mois
    indicateur = regime.indicateur if regime else None
    return {
        "demande_id": mesure.demande_id,
        "organisme": mesure.organisme,
        "numero": mesure.numero,
        "sorte": creation.sorte if creation else None,
        "verdict": mesure.verdict.value,
        "raison": mesure.raison,
        "indicateur": indicateur.code if indicateur else None,
        "fiche": regime.fiche if regime else None,
        "fiche_version": regime.version if regime else None,
        "delai": indicateur.delai if indicateur else None,
        "cible": indicateur.cible if indicateur else None,
        "calendrier": mesure.calendrier,
        "j0": mesure.j0,
        "fin": mesure.fin,
        "jours": mesure.jours,
        "periode": str(mois) if mois else None,
        "exercice": mois.exercice if mois else None,
        "exclue": mesure.exclue,
        "signalee": mesure.signalee,
        "examens": mesure.examens,
        "a_rejouer": False,
    }

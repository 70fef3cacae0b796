"""Histoire → ligne de `sujets`, mesure → ligne de `mesures`."""

from sla.histoires.domaine import Histoire
from sla.mesures.domaine.verdict import Mesure


def ligne_de_sujet(histoire: Histoire, *, attend: bool) -> dict[str, object]:
    """Les colonnes d'un sujet que l'on vient de rejouer."""
    return {
        "sorte": histoire.sujet.sorte,
        "id": histoire.sujet.id,
        "organisme": histoire.organisme,
        "jusqua": histoire.jusqua,
        "a_rejouer": attend,
    }


def ligne_de_mesure(mesure: Mesure) -> dict[str, object]:
    """Les colonnes d'une mesure, telles qu'un document les tient."""
    regime, mois, echeance = mesure.regime, mesure.mois, mesure.echeance
    indicateur = regime.indicateur
    return {
        "id": mesure.id,
        "organisme": mesure.organisme,
        "sujet": mesure.sujet.sorte,
        "sujet_id": mesure.sujet.id,
        "numero": mesure.numero,
        "sorte": mesure.sorte,
        "indicateur": indicateur.code,
        "fiche": regime.fiche,
        "fiche_version": regime.version,
        "horloge": indicateur.horloge,
        "delai": indicateur.delai,
        "cible": None if indicateur.cible is None else str(indicateur.cible),
        "verdict": mesure.verdict.value,
        "raison": mesure.raison,
        "calendrier": mesure.calendrier,
        "j0": mesure.j0,
        "fin": mesure.fin,
        "jours": mesure.jours,
        "echeance": echeance and echeance.le,
        "a_risque_le": echeance and echeance.a_risque_le,
        "reprise": echeance and str(echeance.reprise),
        "heures": indicateur.calendrier,
        "periode": str(mois) if mois else None,
        "exercice": mois.exercice if mois else None,
        "exclue": mesure.exclue,
        "signalee": mesure.signalee,
        "decidee": mesure.decidee,
        "examens": mesure.examens,
    }

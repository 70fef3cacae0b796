"""Noter une intervention de soutien étendu (DEM-5, FAC-4)."""

from dataclasses import dataclass

from demandes.cas_usage.ports import Depots
from demandes.domaine.soutien import Intervention
from socle.noyau import Acte, Conflit, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class NoterIntervention:
    """L'intervention que l'ITSM ou le CSC annonce."""

    intervention: Intervention


async def noter_intervention(
    commande: NoterIntervention, depots: Depots, acte: Acte
) -> Issue[Intervention]:
    """Note; sans effet si elle est connue de cet incident.

    Lève `Conflit` hors abonnement (DEM-5), ou si elle est d'un autre incident (FAC-4).
    """
    intervention = commande.intervention
    # Deux clôtures simultanées du même incident ne se verraient pas l'une l'autre.
    await depots.organismes.charger(intervention.organisme)
    incident = await depots.soutien.incident(intervention.incident_id)
    for connue in incident:
        if connue.id == intervention.id:
            return Issue(connue)
    abonnements = await depots.soutien.abonnements(intervention.organisme)
    intervention.exiger_permise(abonnements, incident, acte.le)
    if not await depots.soutien.ajouter_intervention(intervention):
        raise Conflit("Cette intervention est connue sous un autre incident.", regle="FAC-4")
    return Issue(intervention, intervention)

"""Ouvrir et résilier les abonnements au soutien étendu, inscrire les interventions (DEM-5)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from demandes.demande.domaine.demande import Avancee, Demande
from demandes.soutien.domaine import (
    AbonnementSoutien,
    Intervention,
    InterventionEffectuee,
    ouvre_un_abonnement,
)
from demandes.soutien.ports import Ports
from noyau import Acte, Conflit, Fait, Resultat


async def ouvrir_abonnement(avancee: Avancee, ports: Ports, _: Acte) -> Resultat[Demande]:
    """Répercussion : un soutien complété abonne l'organisme; `Conflit` (DEM-5) s'il l'est déjà."""
    faits: list[Fait] = []
    for pose in filter(ouvre_un_abonnement, avancee.gestes):
        organisme = await ports.organismes.charger(pose.demande.organisme)
        existants = await ports.soutien.abonnements(organisme.code)
        souscrit = AbonnementSoutien.souscrire(pose, existants)
        if souscrit is not None:
            await ports.soutien.ajouter(souscrit.abonnement)
            faits.append(souscrit)
    return Resultat(avancee.demande, *faits)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResilierSoutien:
    """L'abonnement, et sa fin exclue (absente : aujourd'hui)."""

    abonnement_id: UUID
    fin: date | None = None


async def resilier_soutien(
    commande: ResilierSoutien, ports: Ports, acte: Acte
) -> Resultat[AbonnementSoutien]:
    """Résilie; lève `Conflit` (DEM-5) si c'est déjà fait ou si la fin est passée."""
    abonnement = await ports.soutien.charger(commande.abonnement_id)
    resilie, fait = abonnement.resilier(commande.fin, acte)
    await ports.soutien.enregistrer(resilie)
    return Resultat(resilie, fait)


async def inscrire_intervention(
    intervention: Intervention, ports: Ports, acte: Acte
) -> Resultat[Intervention]:
    """Inscrit; sans effet si elle est connue de cet incident.

    Lève `Conflit` hors abonnement (DEM-5), ou si elle est d'un autre incident (FAC-4).
    """
    # Deux clôtures simultanées du même incident ne se verraient pas l'une l'autre.
    _verrouille = await ports.organismes.charger(intervention.organisme)
    incident = await ports.soutien.incident(intervention.incident_id)
    for connue in incident:
        if connue.id == intervention.id:
            return Resultat(connue)
    abonnements = await ports.soutien.abonnements(intervention.organisme)
    intervention.exiger_permise(abonnements, incident, acte.le)
    if not await ports.soutien.ajouter_intervention(intervention):
        raise Conflit("Cette intervention est connue sous un autre incident.", regle="FAC-4")
    fait = InterventionEffectuee(intervention=intervention, survenu_le=intervention.survenu_le)
    return Resultat(intervention, fait)

"""Inscrire et rectifier les interventions du soutien étendu (DEM-5, FAC-4)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from demandes.demande.domaine.demande import Sorte
from demandes.demande.domaine.histoire import Avancee
from demandes.soutien.domaine import (
    PLI,
    Intervention,
    InterventionAnnoncee,
    InterventionEffectuee,
    InterventionRectifiee,
    exiger_couvertes,
)
from demandes.soutien.ports import Ports
from noyau import Acte, Conflit, Fait, Histoire, Resultat


async def verifier_couverture(avancee: Avancee, ports: Ports, _acte: Acte) -> Resultat[None]:
    """Répercussion : toute intervention inscrite garde un abonnement, rectifié s'il le faut.

    Lève `Conflit` (DEM-5) si une demande de soutien ne l'ouvre plus ce jour-là.
    """
    demande = avancee.demande
    if demande.sorte is Sorte.SOUTIEN_ETENDU:
        abonnements = await ports.abonnements.de(demande.organisme)
        exiger_couvertes(await ports.soutien.instants(demande.organisme), abonnements)
    return Resultat(None)


async def inscrire_intervention(
    commande: InterventionAnnoncee, ports: Ports, acte: Acte
) -> Resultat[Intervention]:
    """Inscrit; déjà annoncée de même, elle est le même fait (DEM-12).

    Lève `DitAutrement` si elle fut annoncée autrement, `Conflit` hors abonnement, aux heures du
    CSC ou d'un organisme inactif (DEM-5, DEM-14), ou si l'incident est clos (FAC-4).
    """
    # Deux clôtures simultanées du même incident ne se verraient pas l'une l'autre.
    organisme = await ports.organismes.charger(commande.organisme)
    voulue = commande.intervention(acte)
    histoire = await _incident(voulue, ports)
    if not histoire.neufs([voulue]):
        return Resultat(histoire.connu(voulue.acte_id) or voulue)
    organisme.exiger_actif(voulue.debut)
    abonnements = await ports.abonnements.de(commande.organisme)
    voulue.exiger_permise(abonnements, await ports.calendriers.applique(), acte.le)
    _ = histoire.inserer([voulue])
    if not await ports.soutien.ajouter_intervention(voulue):
        raise Conflit("Cette intervention est connue sous un autre incident.", regle="FAC-4")
    return Resultat(voulue, _effectuee(voulue))


@dataclass(frozen=True, slots=True, kw_only=True)
class RectifierIntervention:
    """L'heure juste du début d'une intervention; None : elle est nulle."""

    intervention_id: UUID
    juste: datetime | None
    motif: str


async def rectifier_intervention(
    commande: RectifierIntervention, ports: Ports, acte: Acte
) -> Resultat[Intervention]:
    """Redate ou annule (DEM-13); lève ce que lève l'inscription à la nouvelle heure."""
    inscrite = await ports.soutien.intervention(commande.intervention_id)
    organisme = await ports.organismes.charger(inscrite.organisme)
    histoire = await _incident(inscrite, ports)
    justes = {inscrite.acte_id: commande.juste}
    rectifiee, ajouts = histoire.rectifiee(justes, commande.motif, acte)
    _ = rectifiee.inserer([])
    if not ajouts:
        return Resultat(inscrite)
    (ajout,) = ajouts
    juste = ajout.survenu_le
    vue = inscrite if juste is None else inscrite.redate(juste)
    if juste is not None:
        organisme.exiger_actif(juste)
        abonnements = await ports.abonnements.de(inscrite.organisme)
        vue.exiger_permise(abonnements, await ports.calendriers.applique(), acte.le)
    await ports.rectifications.ajouter(inscrite.organisme, inscrite.incident_id, ajouts)
    await ports.soutien.montrer(inscrite.id, juste)
    return Resultat(
        vue, InterventionRectifiee(intervention=inscrite, juste=juste, survenu_le=acte.le)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalerIncidents:
    """Au-delà de cette durée, un incident resté ouvert demande qu'on le regarde (FAC-4)."""

    patience: timedelta = field(default=timedelta(days=7))


async def signaler_incidents(
    commande: SignalerIncidents, ports: Ports, acte: Acte
) -> Resultat[Sequence[Intervention]]:
    """Marque, une fois chacun, les incidents restés ouverts; en rend une intervention de chacun."""
    return Resultat(await ports.soutien.signaler(acte.le - commande.patience, acte.le))


async def _incident(une: Intervention, ports: Ports) -> Histoire[bool, Intervention]:
    """L'histoire de l'incident; lève `Conflit` (DEM-5) s'il est celui d'un autre organisme."""
    connues = await ports.soutien.incident(une.incident_id)
    if any(connue.organisme != une.organisme for connue in connues):
        raise Conflit("Cet incident est celui d'un autre organisme.", regle="DEM-5")
    return Histoire(
        pli=PLI,
        depart=False,
        actes=tuple(connues),
        rectifications=tuple(await ports.rectifications.de(une.incident_id)),
    )


def _effectuee(inscrite: Intervention) -> Fait:
    return InterventionEffectuee(
        intervention=inscrite, acte_id=inscrite.acte_id, survenu_le=inscrite.survenu_le
    )

"""Inscrire un incident, en apprécier les avis, les donner, le fermer (CI-21)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from courtier.differends.domaine.incidents import (
    Appreciation,
    Destinataire,
    Incident,
    NatureIncident,
)
from courtier.differends.ports import Ports
from courtier.pieces.domaine import Visa
from noyau import Acte, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class Avisables:
    """Les avis que l'organisme juge requis, et pourquoi."""

    avis: tuple[Destinataire, ...]
    motif: str

    def le(self, acte: Acte) -> Appreciation:
        return Appreciation(avis=self.avis, motif=self.motif, visa=Visa.de(acte))


@dataclass(frozen=True, slots=True, kw_only=True)
class Inscrire:
    """Ce qui est arrivé; `avisables` : il touche un renseignement personnel."""

    incident_id: UUID
    contrat_id: UUID
    nature: NatureIncident
    survenu_le: date
    constate_le: date
    description: str
    avisables: Avisables | None


async def inscrire(commande: Inscrire, ports: Ports, acte: Acte) -> Resultat[Incident]:
    """Lève `Introuvable`, `Interdit`, ou `Conflit` : contrat non conclu, jour hors d'ordre."""
    incident = Incident.inscrire(
        commande.incident_id,
        await ports.contrats.lire(commande.contrat_id),
        nature=commande.nature,
        survenu_le=commande.survenu_le,
        constate_le=commande.constate_le,
        description=commande.description,
        appreciation=commande.avisables.le(acte) if commande.avisables else None,
        acte=acte,
    )
    await ports.incidents.ajouter(incident)
    return Resultat(incident)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apprecier:
    """Une appréciation de plus."""

    incident_id: UUID
    avisables: Avisables


async def apprecier(commande: Apprecier, ports: Ports, acte: Acte) -> Resultat[Incident]:
    """Lève `Introuvable`, `Interdit`, `TransitionImpossible` ou `Conflit`."""
    return await _agir(
        commande.incident_id, lambda i: i.apprecier(commande.avisables.le(acte), acte), ports, acte
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Aviser:
    """À qui, et le jour."""

    incident_id: UUID
    destinataire: Destinataire
    le: date


async def aviser(commande: Aviser, ports: Ports, acte: Acte) -> Resultat[Incident]:
    """Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` d'un avis non requis."""
    return await _agir(
        commande.incident_id,
        lambda i: i.aviser(commande.destinataire, commande.le, acte),
        ports,
        acte,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Ajouter:
    """Ce qu'on a dit ou fait, et le jour."""

    incident_id: UUID
    le: date
    texte: str


async def ajouter(commande: Ajouter, ports: Ports, acte: Acte) -> Resultat[Incident]:
    """Lève `Introuvable`, `Interdit`, `TransitionImpossible` ou `Conflit`."""
    return await _agir(
        commande.incident_id, lambda i: i.ajouter(commande.le, commande.texte, acte), ports, acte
    )


async def fermer(commande: Ajouter, ports: Ports, acte: Acte) -> Resultat[Incident]:
    """Lève `Introuvable`, `Interdit`, `TransitionImpossible`, ou `Conflit` d'un avis manquant."""
    return await _agir(
        commande.incident_id, lambda i: i.fermer(commande.le, commande.texte, acte), ports, acte
    )


async def _agir(
    incident_id: UUID, geste: Callable[[Incident], Incident], ports: Ports, acte: Acte
) -> Resultat[Incident]:
    incident = geste(acte.sur(await ports.incidents.charger(incident_id)))
    await ports.incidents.enregistrer(incident)
    return Resultat(incident)

"""Proposer une date, l'accepter, relire tout ce qui en fut dit (PT-7, PT-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from demandes.ententes.domaine import Entente, Ententes
from demandes.ententes.ports import Ports
from noyau import Acte, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposerDate:
    """La date voulue, et pourquoi."""

    entente_id: UUID
    demande_id: UUID
    jour: date
    motif: str | None = None


async def proposer_date(commande: ProposerDate, ports: Ports, acte: Acte) -> Resultat[Entente]:
    """Propose; lève `Introuvable`, ou ce que lève `Ententes.proposer`."""
    ententes = await _charger(commande.demande_id, ports, acte)
    entente = ententes.proposer(commande.entente_id, commande.jour, commande.motif, acte)
    await ports.ententes.proposer(entente)
    return Resultat(entente)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccepterDate:
    """La proposition que l'on accepte, par son identifiant : c'est bien celle qu'on a lue."""

    demande_id: UUID
    entente_id: UUID


async def accepter_date(commande: AccepterDate, ports: Ports, acte: Acte) -> Resultat[Entente]:
    """Convient de la date; lève `Introuvable`, ou ce que lève `Ententes.accepter`."""
    ententes = await _charger(commande.demande_id, ports, acte)
    entente, fait = ententes.accepter(commande.entente_id, acte)
    if fait is None:
        return Resultat(entente)
    await ports.ententes.accepter(entente)
    return Resultat(entente, fait)


async def lire_ententes(demande_id: UUID, ports: Ports) -> Sequence[Entente]:
    """Toutes les dates proposées, dans l'ordre, acceptées ou non; lève `Introuvable`."""
    _dossier = await ports.demandes.lire(demande_id)
    return await ports.ententes.de(demande_id)


async def _charger(demande_id: UUID, ports: Ports, acte: Acte) -> Ententes:
    """Verrouille la demande; lève `Conflit` (DEM-14) si son organisme est inactif."""
    demande = (await ports.demandes.charger(demande_id)).demande
    organisme = await ports.organismes.lire(demande.organisme)
    organisme.exiger_actif(acte.le)
    return Ententes(demande, await ports.ententes.de(demande_id))

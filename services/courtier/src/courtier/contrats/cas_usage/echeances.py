"""Annoncer la fin d'un contrat échu (CI-10)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.contrats.domaine.fins import echoir
from courtier.contrats.ports import Ports
from noyau import Acte, Resultat


@dataclass(frozen=True, slots=True)
class AnnoncerEcheance:
    """Un contrat dont la fin semble venue."""

    contrat_id: UUID


async def annoncer_echeance(commande: AnnoncerEcheance, ports: Ports, acte: Acte) -> Resultat[bool]:
    """Publie, une fois, la fin d'un contrat échu ce jour-là; rend faux s'il n'y a rien à dire."""
    annonce = echoir(await ports.contrats.charger(commande.contrat_id), acte.le)
    if annonce is None:
        return Resultat(False)
    echu, fait = annonce
    await ports.contrats.enregistrer(echu)
    return Resultat(True, fait)

"""Rappeler ce qui est dû (CI-16 à CI-24), clore ce dont le silence vaut réponse (CI-21)."""

from dataclasses import dataclass
from uuid import UUID

from courtier.obligations.ports import Ports
from noyau import Acte, Resultat, jour_de_quebec


@dataclass(frozen=True, slots=True)
class Revoir:
    """Une obligation dont une date semble venue : son rappel, ou ce que vaut le silence."""

    organisme: str
    obligation_id: UUID


async def rappeler(commande: Revoir, ports: Ports, acte: Acte) -> Resultat[bool]:
    """Publie, une fois, le rappel dû ce jour-là; rend faux s'il ne l'est plus."""
    obligation = await ports.obligations.charger(commande.organisme, commande.obligation_id)
    rappel = obligation.rappel_du(jour_de_quebec(acte.le))
    if rappel is None:
        return Resultat(False)
    rappelee, fait = obligation.rappeler(rappel, acte.le)
    await ports.obligations.enregistrer(rappelee)
    return Resultat(True, fait)


async def clore(commande: Revoir, ports: Ports, acte: Acte) -> Resultat[bool]:
    """L'abandonne : rendue tard, la réponse n'y changerait rien; faux si elle court à bon droit."""
    obligation = await ports.obligations.charger(commande.organisme, commande.obligation_id)
    if not obligation.tue(jour_de_quebec(acte.le)):
        return Resultat(False)
    await ports.obligations.enregistrer(obligation.abandonner(acte.le))
    return Resultat(True)

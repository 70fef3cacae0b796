"""Deux cents abonnés muets d'un organisme : ce qu'en sent son voisin (DEM-10)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from statistics import median

import httpcore

from demandes.main import service as service_demandes
from demandes.webhooks.adaptateurs import vues
from demandes.webhooks.adaptateurs.connecteur import DELAI, Connecteur, ReseauFiltre, connecteur
from demandes.webhooks.entrees.taches import Guichet, servir
from outils.essais.banc import HorlogeConduite, monter, reglages_d_essai
from outils.essais.greffon import Modeles
from services.demandes.tests.parcours import Parcours
from services.demandes.tests.voisinage import COFFRE, Porter, delais
from socle.service import Contexte

MUETS = 200
ATTENTE = DELAI / 2
"""Secondes au plus : un voisin ne sent pas le délai d'un muet, pas même la moitié."""
BOUCLE = ip_network("127.0.0.0/8")


@dataclass(frozen=True, slots=True)
class Voisinage:
    """Les attentes d'un organisme, seul puis entouré de muets, en secondes."""

    seul: Sequence[float]
    entoure: Sequence[float]

    @property
    def rapport(self) -> float:
        """L'attente médiane entourée, sur celle d'un organisme seul."""
        return median(self.entoure) / median(self.seul)


async def porter(contexte: Contexte) -> int:
    """Le livreur du produit; ici, la boucle locale est permise aux organismes."""
    async with connecteur((BOUCLE,)) as porteur:
        return await Guichet(contexte, COFFRE, porteur, porteur).tenir()


async def eprouver(modeles: Modeles) -> Voisinage:
    """Mesure le livreur du produit."""
    seul = await _delais(modeles, porter, 0)
    return Voisinage(seul, await _delais(modeles, porter, MUETS))


async def mutant_attrape(modeles: Modeles) -> bool:
    """Vrai si le livreur sans places fait sentir des muets au voisin, même peu nombreux."""
    return max(await _delais(modeles, porter_sans_places, MUETS // 10)) > ATTENTE


async def _delais(modeles: Modeles, porteur: Porter, muets: int) -> list[float]:
    service = service_demandes()
    acces = await modeles.copie(service)
    reglages = reglages_d_essai(service.reglages, acces, str(modeles.jwks))
    banc = monter(service, reglages, modeles.emetteur, HorlogeConduite())
    try:
        return await delais((await Parcours.monter(banc)).banc, porteur, muets=muets)
    finally:
        await banc.fermer()


async def porter_sans_places(contexte: Contexte) -> int:
    """Tous les abonnés à la fois, et l'on attend le dernier avant d'en servir d'autres."""
    reseau = ReseauFiltre((BOUCLE,))
    async with httpcore.AsyncConnectionPool(max_connections=64, network_backend=reseau) as reserve:
        porteur = Connecteur(reserve, reserve)
        abonnes = await contexte.lire(vues.abonnes_a_servir)
        tous = (servir(contexte, porteur, COFFRE, abonne) for abonne in abonnes)
        return sum(await asyncio.gather(*tous))

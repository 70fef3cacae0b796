"""Compter les minutes d'un mois, et les recompter quand ce dont elles dépendent change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from calendrier import ANNEE_MIN
from noyau import Acte, Introuvable, Mois, Resultat, debut_du_jour, jour_de_quebec
from sla.disponibilites.domaine.explication import Explication, MoisVise
from sla.disponibilites.domaine.minutes import (
    Donnees,
    cadrer,
    compter,
    decompter,
    dernier_jour,
    limite_de,
    segments,
)
from sla.disponibilites.domaine.services import Service
from sla.disponibilites.ports import MinutesConnues, Ports
from sla.fiches.domaine import Fiches
from sla.fiches.ports import Rejeu

LOT: Final = 3
"""Mois comptés au plus par transaction : elle reste courte."""
ABSENTE: Final = "Cette disponibilité n'est pas connue."
_HIER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompterMois:
    """Au plus `limite` mois à la fois."""

    limite: int = LOT


async def compter_mois(commande: CompterMois, ports: Ports, acte: Acte) -> Resultat[int]:
    """Compte des mois marqués, ou que le jour nouveau fait avancer. Rend combien (SLA-5)."""
    compteur = Compteur(ports)
    await compteur.verrouiller()
    return Resultat(await compteur.recompter(acte, commande.limite))


@dataclass(frozen=True, slots=True)
class Compteur:
    """De quoi recompter des mois, sous les verrous des fiches et des indisponibilités."""

    ports: Ports

    async def verrouiller(self) -> None:
        """À prendre avant de lire : deux comptes, deux actes, se suivent."""
        await self.ports.fiches.tenir()
        await self.ports.indisponibilites.reserver()

    async def recompter(self, acte: Acte, limite: int = LOT) -> int:
        """Compte sur-le-champ des mois marqués; sans calendrier, ils le restent (SLA-1)."""
        ports, aujourdhui = self.ports, jour_de_quebec(acte.le)
        calendrier = await ports.calendriers.applique()
        fiches, services = await ports.fiches.toutes(), await ports.services.tous()
        await ports.minutes.ouvrir(_attendus(fiches, services, aujourdhui), aujourdhui - _HIER)
        marques = await ports.minutes.marques(limite) if calendrier else []
        if calendrier is None or not marques:
            return 0
        clients = await ports.clienteles.toutes()
        for mois in marques:
            jusqua = dernier_jour(mois, aujourdhui)
            touchent = await ports.indisponibilites.entre(
                debut_du_jour(mois.debut), limite_de(jusqua)
            )
            donnees = Donnees(fiches, calendrier, services, touchent)
            minutes = compter(mois, jusqua, clients, donnees)
            await ports.minutes.enregistrer(mois, jusqua, minutes)
        return len(marques)


def _attendus(fiches: Fiches, services: Sequence[Service], aujourdhui: date) -> Sequence[Mois]:
    """Les mois qui ont un jour fini, depuis qu'une fiche mesure et qu'un service existe.

    Le dernier en est toujours, pour que l'on sache jusqu'où l'on a compté.
    """
    debuts = [
        version.debut
        for chronologie in fiches.chronologies
        for version in chronologie.versions
        if any(i.en_minutes and i.suivi is None for i in version.valeur.indicateurs)
    ]
    dernier = Mois.de(aujourdhui - _HIER)
    ne = min((service.debut for service in services), default=aujourdhui)
    premier = max(Mois.de(max(min(debuts, default=aujourdhui), ne)), Mois(ANNEE_MIN, 1))
    mois, trouves = min(premier, dernier), []
    while mois <= dernier:
        trouves.append(mois)
        mois = mois.suivant
    return trouves


@dataclass(frozen=True, slots=True)
class RejeuEtMinutes:
    """Ce que fait une fiche ou un calendrier nouveau : rejouer des mesures, marquer des mois."""

    rejeu: Rejeu
    minutes: MinutesConnues

    async def depuis(self, debut: date) -> int:
        """Rejoue les sujets, et marque les mois, que peut régir une version qui commence alors."""
        await self.minutes.marquer(Mois.de(debut), None)
        return await self.rejeu.depuis(debut)

    async def des_organismes(self, organismes: Collection[str]) -> int:
        """Rejoue les sujets de ces organismes, et marque tous les mois (CAT-6)."""
        await self.minutes.marquer(Mois(ANNEE_MIN, 1), None)
        return await self.rejeu.des_organismes(organismes)


async def expliquer(vise: MoisVise, ports: Ports, *, le: date) -> Explication:
    """Ce que le mois d'un organisme a compté, refait de ce qu'on sait ce jour-là (SLA-5).

    Lève `Introuvable` si nul indicateur de ce nom n'y mesure plus de disponibilité.
    """
    mois, jusqua = vise.periode, dernier_jour(vise.periode, le)
    calendrier = await ports.calendriers.applique()
    fiches = (await ports.fiches.toutes()).pour(vise.organisme)
    siens = segments(fiches, mois, jusqua).get(vise.indicateur)
    clients = {c.organisme: c for c in await ports.clienteles.toutes()}
    if calendrier is None or not siens or vise.organisme not in clients:
        raise Introuvable(ABSENTE)
    debut, limite = debut_du_jour(mois.debut), limite_de(jusqua)
    touchent = await ports.indisponibilites.entre(debut, limite)
    donnees = Donnees(fiches, calendrier, await ports.services.tous(), touchent)
    actif = clients[vise.organisme].active(limite)
    return Explication(vise, jusqua, decompter(cadrer(siens, donnees), vise.organisme, actif))

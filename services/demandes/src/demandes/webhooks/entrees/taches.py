"""Les tâches de l'aire : porter les envois, chiffrer les clés des abonnés."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import structlog

from demandes.webhooks.adaptateurs import vues
from demandes.webhooks.adaptateurs.connecteur import Connecteur, Reponse, connecteur
from demandes.webhooks.adaptateurs.proxy import Proxy
from demandes.webhooks.adaptateurs.vues import AbonneServi, EnvoiAPorter
from demandes.webhooks.cas_usage import (
    ChiffrerSecrets,
    EnregistrerEssais,
    chiffrer_secrets,
    enregistrer_essais,
)
from demandes.webhooks.domaine import Essai, Reseau, servir_ensuite
from demandes.webhooks.ports import Coffre, Ports
from socle.bd.pannes import est_panne
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, guet

TOUR = 5.0
"""Secondes pendant lesquelles un abonné garde sa place; après, une autre attend peut-être."""

LOT = 20
LOT_SECRETS = 100
_PREMIER = UUID(int=0)
journal = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Sortie:
    """Par où sortent les envois. Les réseaux privés permis ne le sont qu'aux abonnés du MCN."""

    coffre: Coffre
    reseaux: Sequence[Reseau] = ()
    proxy: Proxy | None = None


def taches(sortie: Sortie) -> tuple[Tache, ...]:
    """Les tâches de l'aire."""
    return (
        Tache("webhooks", 0.5, partial(porter_envois, sortie=sortie), guet(vues.abonnes_a_servir)),
        Tache("chiffrer-secrets", 3_600.0, partial(chiffrer_les_secrets, coffre=sortie.coffre)),
    )


@dataclass(slots=True)
class Guichet:
    """Les abonnés que l'on sert, chacun dans sa propre tâche : un lent n'arrête pas les autres.

    Un organisme n'y tient qu'un nombre borné de places : ses abonnés muets ne retardent que lui.
    """

    contexte: Contexte
    coffre: Coffre
    du_mcn: Connecteur
    des_organismes: Connecteur
    en_cours: dict[UUID, tuple[str | None, asyncio.Task[int]]] = field(default_factory=dict)
    passages: dict[UUID, float] = field(default_factory=dict)
    ecartes: set[UUID] = field(default_factory=set)
    """Ceux qu'on n'a pu servir, sans que ce soit une panne : les autres passent."""

    async def tenir(self) -> int:
        """Sert jusqu'à ce qu'il n'y ait plus rien à porter, ou qu'on demande l'arrêt.

        Rend le nombre d'essais. On n'attend jamais les muets pour servir les autres.
        """
        faits, encore = 0, True
        async with asyncio.TaskGroup() as groupe:
            while True:
                if encore:
                    self._placer(await self.contexte.lire(vues.abonnes_a_servir), groupe)
                if not self.en_cours:
                    return faits
                faits += await self._liberer()
                encore = await self.contexte.prolonger()

    def _placer(self, abonnes: Iterable[AbonneServi], groupe: asyncio.TaskGroup) -> None:
        """Donne les places libres, au moins récemment servi de chaque organisme."""
        attendants = [a for a in abonnes if a.id not in self.en_cours and a.id not in self.ecartes]
        attendants.sort(key=lambda a: self.passages.get(a.id, 0))
        for abonne in servir_ensuite(attendants, (o for o, _ in self.en_cours.values())):
            self.passages[abonne.id] = asyncio.get_running_loop().time()
            tache = groupe.create_task(self._servir(abonne))
            self.en_cours[abonne.id] = (abonne.organisme, tache)

    async def _liberer(self) -> int:
        """Attend un peu qu'une place se libère; rend le nombre d'essais de celles qui le sont."""
        attendues = [tache for _, tache in self.en_cours.values()]
        _ = await asyncio.wait(attendues, timeout=0.25, return_when=asyncio.FIRST_COMPLETED)
        finies = [i for i, (_, tache) in self.en_cours.items() if tache.done()]
        return sum(self.en_cours.pop(abonne_id)[1].result() for abonne_id in finies)

    async def _servir(self, abonne: AbonneServi) -> int:
        porteur = self.du_mcn if abonne.organisme is None else self.des_organismes
        try:
            return await servir(self.contexte, porteur, self.coffre, abonne)
        except Exception as erreur:
            if est_panne(erreur):
                raise
            self.ecartes.add(abonne.id)
            journal.error("webhooks.abonne_ecarte", webhook=str(abonne.id), exc_info=erreur)
            return 0


async def porter_envois(contexte: Contexte, sortie: Sortie) -> int:
    """Porte tout ce qui est à porter; rend le nombre d'essais."""
    async with (
        connecteur(sortie.reseaux, sortie.proxy) as du_mcn,
        connecteur((), sortie.proxy) as des_organismes,
    ):
        return await Guichet(contexte, sortie.coffre, du_mcn, des_organismes).tenir()


async def servir(
    contexte: Contexte, porteur: Connecteur, coffre: Coffre, abonne: AbonneServi
) -> int:
    """Porte un lot d'envois à un abonné, jusqu'au premier échec; rend le nombre d'essais."""
    boucle = asyncio.get_running_loop()
    fin = boucle.time() + TOUR
    essais: list[Essai] = []
    for envoi in await contexte.lire(vues.envois_a_porter(abonne.id, LOT)):
        reponse = await _porter(porteur, coffre, abonne, envoi)
        essai = Essai(
            evenement_id=envoi.evenement_id,
            numero=envoi.essais + 1,
            statut=reponse.statut,
            erreur=reponse.erreur,
            hasard=random.random(),  # noqa: S311 -- gigue
            apres=reponse.apres,
        )
        essais.append(essai)
        if not essai.reussi or boucle.time() > fin:
            break
    if essais:
        commande = EnregistrerEssais(webhook_id=abonne.id, essais=tuple(essais))
        cle = str(uuid7())
        await contexte.executer("webhooks", Ports, enregistrer_essais, commande, cle=cle)
    return len(essais)


async def _porter(
    porteur: Connecteur, coffre: Coffre, abonne: AbonneServi, envoi: EnvoiAPorter
) -> Reponse:
    try:
        cles = [coffre.ouvrir(abonne.id, secret) for secret in abonne.secrets]
    except ValueError as erreur:
        journal.error("webhooks.cle_illisible", webhook=str(abonne.id), erreur=str(erreur))
        return Reponse(None, "La clé de cet abonné est illisible : donnez-lui en une neuve.")
    return await porteur.porter(abonne.url, envoi.evenement_id, envoi.corps, cles)


async def chiffrer_les_secrets(contexte: Contexte, coffre: Coffre) -> int:
    """Chiffre sous la première clé ce qui ne l'est pas; interrompue, elle reprend où elle en est.

    Rend le nombre d'abonnés dont les clés ont changé de chiffrement.
    """
    faits, apres = 0, _PREMIER
    while True:
        commande = ChiffrerSecrets(coffre=coffre, apres=apres, limite=LOT_SECRETS)
        lot = await contexte.executer(
            "chiffrer-secrets", Ports, chiffrer_secrets, commande, cle=str(uuid7())
        )
        if lot is None or not lot.lus:
            return faits
        for abonne_id in lot.illisibles:
            journal.error("webhooks.cle_illisible", webhook=str(abonne_id))
        apres = lot.lus[-1]
        faits += len(lot.lus) - len(lot.illisibles)

"""Les mutants témoins : des pièces cassées exprès, que la suite doit attraper.

Ils ne vivent que dans l'arbre d'essais. Une suite dont un mutant survit ne prouve rien.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from uuid import uuid4

from aiokafka import AIOKafkaConsumer

from socle.bd.consignation import Reponse
from socle.bd.executeur import CasUsage, Demarche, Executeur, transaction
from socle.bd.moteur import brute
from socle.bd.portee import INTERNE, Portee
from socle.bus import suites
from socle.bus.consommateur import LOT, Consommateur
from socle.bus.enveloppe import TYPE_JALON, Message
from socle.bus.jalons import Jalonneur
from socle.bus.kafka import message_de
from socle.bus.reception import Reception, _noter_jalons
from socle.points import point
from tests.fautes.pilote import RelaisMemoire

C = TypeVar("C")
D = TypeVar("D")
T = TypeVar("T")


@dataclass(slots=True)
class RelaisACurseur(RelaisMemoire):
    """Suit un identifiant croissant : ce qui commet plus tard, plus bas, est sauté."""

    curseur: int = 0

    async def tour(self) -> int:
        producteur = await self.obtenir_producteur()
        async with transaction(self.moteur, INTERNE) as connexion:
            pilote = brute(connexion)
            lignes = await pilote.fetch(
                "SELECT * FROM socle_outbox WHERE id > $1 ORDER BY id LIMIT 500", self.curseur
            )
            if lignes:
                await self._envoyer(producteur, lignes)
                self.curseur = lignes[-1]["id"]
        return len(lignes)


@dataclass(slots=True)
class RelaisSansVerrouDePart(RelaisMemoire):
    """Prend des lignes par SKIP LOCKED : deux relais se partagent une même clé."""

    async def tour(self) -> int:
        producteur = await self.obtenir_producteur()
        async with transaction(self.moteur, INTERNE) as connexion:
            pilote = brute(connexion)
            lignes = await pilote.fetch(
                "SELECT * FROM socle_outbox ORDER BY id LIMIT 20 FOR UPDATE SKIP LOCKED"
            )
            await self._envoyer(producteur, lignes) if lignes else None
            identifiants = [ligne["id"] for ligne in lignes]
            await pilote.execute(
                "DELETE FROM socle_outbox WHERE id = ANY($1::bigint[])", identifiants
            )
        return len(lignes)


@dataclass(slots=True)
class ReceptionSansReclamation(Reception[Any]):
    """Traite tout message comme neuf."""

    async def _traiter_lot(self, messages: Sequence[Message]) -> None:
        async with transaction(self.executeur.moteur, INTERNE) as connexion:
            pilote = brute(connexion)
            a_faire = [m for m in messages if m.type != TYPE_JALON]
            prets = await suites.trier(pilote, a_faire, self._stricts)
            await self._appliquer(connexion, pilote, prets)
            await _noter_jalons(pilote, messages)


@dataclass(slots=True)
class ReceptionSansSuite(Reception[Any]):
    """Applique tout dans l'ordre d'arrivée, même ce dont le prédécesseur manque."""

    def __post_init__(self) -> None:
        Reception.__post_init__(self)
        self._stricts = frozenset()


@dataclass(slots=True)
class ReceptionQuiSaute(Reception[Any]):
    """Passe un poison sous silence."""

    async def _ecarter(self, message: Message, raison: str, *, gare: bool = False) -> None:
        return


@dataclass(slots=True)
class ConsommateurPresse(Consommateur):
    """Commet la position avant la base."""

    async def _tour(self, client: AIOKafkaConsumer) -> None:
        lots = await client.getmany(timeout_ms=200, max_records=LOT)
        if lots:
            await client.commit({place: lot[-1].offset + 1 for place, lot in lots.items()})
            point("avant_position")
            await self.reception.traiter([message_de(r) for lot in lots.values() for r in lot])


@dataclass(slots=True)
class JalonneurPresse(Jalonneur):
    """Prend « maintenant » pour jalon, sans attendre personne."""

    async def faire(self) -> int:
        await self._publier(self.horloge())
        return 0


@dataclass(frozen=True, slots=True)
class ExecuteurSansCle(Executeur[D]):
    """Tient chaque appel pour neuf."""

    async def ecrire(
        self,
        demarche: Demarche,
        portee: Portee,
        cas: CasUsage[C, D, T],
        commande: C,
        presenter: Callable[[T], Reponse],
    ) -> Reponse:
        neuve = replace(demarche.reclamation, cle=uuid4().hex)
        demarche = replace(demarche, reclamation=neuve)
        return await Executeur.ecrire(self, demarche, portee, cas, commande, presenter)


@dataclass(frozen=True, slots=True)
class ExecuteurPresse(Executeur[D]):
    """Répond, puis commet."""

    taches: "set[asyncio.Task[None]]" = field(default_factory=set)

    async def ecrire(
        self,
        demarche: Demarche,
        portee: Portee,
        cas: CasUsage[C, D, T],
        commande: C,
        presenter: Callable[[T], Reponse],
    ) -> Reponse:
        rendue: asyncio.Future[Reponse] = asyncio.get_running_loop().create_future()

        async def finir() -> None:
            async with transaction(self.moteur, portee) as connexion:
                rendue.set_result(
                    await self._derouler(connexion, demarche, cas, commande, presenter)
                )
                await asyncio.sleep(0)

        tache = asyncio.create_task(finir())
        self.taches.add(tache)
        tache.add_done_callback(self.taches.discard)
        return await rendue

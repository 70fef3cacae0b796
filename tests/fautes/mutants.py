"""Les mutants témoins : des pièces cassées exprès, que la suite doit attraper.

Ils ne vivent que dans l'arbre d'essais. Une suite dont un mutant survit ne prouve rien.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from uuid import uuid4

import asyncpg
from aiokafka import AIOKafkaConsumer

from noyau import Acte, Acteur
from socle.bd.transaction import INTERNE, Portee, transaction
from socle.bus.enveloppe import TYPE_JALON, Message
from socle.bus.kafka import message_de
from socle.envoi.jalonneur import Jalonneur
from socle.envoi.relais import Bilan, Future, Relais, _remettre
from socle.execution.deroulement import CasUsage, Deroulement
from socle.execution.executeur import Executeur, Invocation
from socle.execution.idempotence import Reponse
from socle.injection_fautes import point
from socle.reception import sequences
from socle.reception.consommateur import LOT, Consommateur
from socle.reception.jalons import garder_jalons
from socle.reception.reception import Reception
from tests.fautes.pilote import RelaisMemoire

C = TypeVar("C")
P = TypeVar("P")
T = TypeVar("T")


@dataclass(slots=True)
class RelaisACurseur(RelaisMemoire):
    """Suit un identifiant croissant : ce qui commet plus tard, plus bas, est sauté."""

    curseur: int = 0

    async def tour(self) -> int:
        producteur = await self.obtenir_producteur()
        async with transaction(self.moteur, INTERNE) as connexion:
            pilote = connexion.pilote
            lignes = await pilote.fetch(
                "SELECT * FROM socle_outbox WHERE id > $1 ORDER BY id LIMIT 500", self.curseur
            )
            if lignes:
                await self._envoyer(producteur, lignes)
                self.curseur = lignes[-1]["id"]
        return len(lignes)


@dataclass(slots=True)
class RelaisSansVerrouDeFragment(RelaisMemoire):
    """Prend des lignes par SKIP LOCKED : deux relais se partagent une même clé."""

    async def tour(self) -> int:
        producteur = await self.obtenir_producteur()
        async with transaction(self.moteur, INTERNE) as connexion:
            pilote = connexion.pilote
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
class RelaisDUnBloc(RelaisMemoire):
    """Croit que toute ligne peut partir : une seule qui ne le peut arrête toutes les autres."""

    async def tour(self) -> int:
        producteur = await self.obtenir_producteur()
        async with transaction(self.moteur, INTERNE) as connexion:
            pilote = connexion.pilote
            lignes = await pilote.fetch("SELECT * FROM socle_outbox ORDER BY id LIMIT 500")
            await asyncio.gather(*[await _remettre(producteur, ligne) for ligne in lignes])
            await pilote.execute(
                "DELETE FROM socle_outbox WHERE id = ANY($1::bigint[])", [r["id"] for r in lignes]
            )
        return len(lignes)


@dataclass(slots=True)
class RelaisQuiJette(RelaisMemoire):
    """Perd sans un mot la ligne qui ne peut partir."""

    async def _ecarter(
        self, pilote: asyncpg.Connection, ligne: asyncpg.Record, raison: str
    ) -> None:
        await pilote.execute("DELETE FROM socle_outbox WHERE id = $1", ligne["id"])


@dataclass(slots=True)
class RelaisQuiPasseOutre(RelaisMemoire):
    """Écarte la ligne seule : le reste de sa clé part devant elle."""

    async def _ecarter(
        self, pilote: asyncpg.Connection, ligne: asyncpg.Record, raison: str
    ) -> None:
        await Relais._ecarter(self, pilote, ligne, raison)
        await pilote.execute("UPDATE socle_ecartes SET cle = '' WHERE outbox_id = $1", ligne["id"])
        await pilote.execute("UPDATE socle_outbox SET fragment = -1 WHERE id = $1", ligne["id"])


@dataclass(slots=True)
class RelaisSansIsolement(RelaisMemoire):
    """Écarte tout le paquet que le bus refuse."""

    async def _isoler(self, bilan: Bilan) -> None:
        bilan.refus += bilan.suspectes
        await self.jeter_producteur()


@dataclass(slots=True)
class RelaisImpatient(RelaisMemoire):
    """Prend une panne du bus pour la faute de la ligne."""

    def _recevoir(self, attente: Future, ligne: asyncpg.Record, bilan: Bilan) -> bool:
        accusee = Relais._recevoir(self, attente, ligne, bilan)
        for numero in list(bilan.echecs):
            bilan.refus.append((ligne, bilan.echecs.pop(numero)))
        return accusee


@dataclass(slots=True)
class ReceptionSansReclamation(Reception):
    """Traite tout message comme neuf."""

    async def _traiter_lot(self, messages: Sequence[Message]) -> None:
        async with transaction(self.executeur.moteur, INTERNE, ecriture=True) as connexion:
            pilote = connexion.pilote
            a_faire = [m for m in messages if m.type != TYPE_JALON]
            tri = await sequences.trier(pilote, a_faire, self._stricts)
            await self._appliquer(connexion, pilote, tri.prets)
            await garder_jalons(pilote, messages, self.executeur.horloge())


@dataclass(slots=True)
class ReceptionSansAttente(Reception):
    """Applique tout dans l'ordre d'arrivée, même ce dont le prédécesseur manque."""

    def __post_init__(self) -> None:
        Reception.__post_init__(self)
        self._stricts = frozenset()


@dataclass(slots=True)
class ReceptionQuiSaute(Reception):
    """Passe un poison sous silence."""

    async def _ecarter(self, message: Message, raison: str, *, stationne: bool = False) -> None:
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
class PorteeSansIdentifiant(Portee):
    """Commence une écriture sans lui donner son identifiant : il ne viendra qu'au premier effet."""

    def debut(
        self,
        *,
        ecriture: bool = False,
        verrou: int | None = None,
        selon_valeurs: bool = False,
    ) -> str:
        return Portee.debut(self, verrou=verrou, selon_valeurs=selon_valeurs)


@dataclass(frozen=True, slots=True)
class DeroulementSansJalon(Deroulement):
    """Ne croit que son horloge."""

    def acte(
        self,
        acteur: Acteur,
        jalon: datetime | None,
        versions_lues: frozenset[int] | None = None,
    ) -> Acte:
        return Acte(acteur, self.horloge(), versions_lues)


@dataclass(frozen=True, slots=True)
class ExecuteurSansCle(Executeur):
    """Tient chaque appel pour neuf."""

    async def ecrire(
        self,
        invocation: Invocation,
        portee: Portee,
        ports: type[P],
        cas: CasUsage[C, P, T],
        commande: C,
        presenter: Callable[[T], Reponse],
    ) -> Reponse:
        neuve = replace(invocation.reclamation, cle=uuid4().hex)
        invocation = replace(invocation, reclamation=neuve)
        return await Executeur.ecrire(self, invocation, portee, ports, cas, commande, presenter)


@dataclass(frozen=True, slots=True)
class ExecuteurPresse(Executeur):
    """Répond, puis commet."""

    taches: "set[asyncio.Task[Reponse]]" = field(default_factory=set)

    async def ecrire(
        self,
        invocation: Invocation,
        portee: Portee,
        ports: type[P],
        cas: CasUsage[C, P, T],
        commande: C,
        presenter: Callable[[T], Reponse],
    ) -> Reponse:
        rendue: asyncio.Future[Reponse] = asyncio.get_running_loop().create_future()

        def presser(valeur: T) -> Reponse:
            reponse = presenter(valeur)
            rendue.set_result(reponse)
            return reponse

        tache = asyncio.create_task(
            Executeur.ecrire(self, invocation, portee, ports, cas, commande, presser)
        )
        self.taches.add(tache)
        tache.add_done_callback(self.taches.discard)
        await asyncio.wait({tache, rendue}, return_when=asyncio.FIRST_COMPLETED)
        return rendue.result() if rendue.done() else tache.result()

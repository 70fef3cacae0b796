"""Un banc : le service, sa base migrée, son API en mémoire, sa réception sans bus."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy import MetaData, text
from sqlalchemy.schema import CreateTable
from starlette.types import ASGIApp

from noyau import en_utc, sujet_de
from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from outils.essais.debit import DEBIT_D_ESSAI
from outils.moteurs.processus import port_libre
from socle.bd.connexion import Connexion
from socle.bd.instructions import DIALECTE
from socle.bd.moteur import Moteur, ouvrir_moteur
from socle.bd.transaction import INTERNE, transaction
from socle.bus.enveloppe import Enveloppe, Message, en_tetes_binaires, en_tetes_de_jalon
from socle.envoi.evenements import EvenementPublie
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.reception.reception import Reception
from socle.reglages import Bornes, Reglages
from socle.roles import Roles
from socle.roles.api import applications
from socle.serveur.servir import servir
from socle.service import Contexte, Service
from socle.surveillance.annonces import AnnonceSuivie
from socle.taches import une_fois

DEPART = datetime(2026, 9, 1, 13, 0, tzinfo=UTC)
"""L'heure d'affaires au début d'un essai : le 1er septembre 2026, 9 h à Québec."""


@dataclass(slots=True)
class HorlogeConduite:
    """Une horloge que l'essai avance."""

    instant: datetime = DEPART

    def __call__(self) -> datetime:
        return self.instant

    def aller(self, texte: str) -> None:
        """Va à un instant ISO conscient (« 2026-09-08T09:00-04:00 »)."""
        self.instant = en_utc(datetime.fromisoformat(texte))


@dataclass(frozen=True, slots=True)
class Sortant:
    """Un événement trouvé dans la boîte d'envoi."""

    id: UUID
    type: str
    cle: str
    sequence: int
    survenu_le: datetime
    enregistre_le: datetime
    donnees: Mapping[str, Any]


@dataclass(slots=True)
class Banc:
    """Un service monté pour un essai."""

    service: Service[Any]
    roles: Roles[Any]
    emetteur: Emetteur
    moteur_api: Moteur
    moteur_interne: Moteur
    horloge: HorlogeConduite
    reception: Reception = field(init=False)
    annonce: AnnonceSuivie = field(init=False)
    _servies: tuple[FastAPI, ASGIApp] | None = field(default=None, init=False)
    _clients: list[httpx.AsyncClient] = field(default_factory=list)
    _sequences: dict[tuple[str, str], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.annonce = AnnonceSuivie(self.moteur_api)
        self.roles.horloge = self.horloge
        self.reception = self.roles.reception(self.moteur_interne, Mesures(self.service.nom))

    @property
    def application(self) -> FastAPI:
        """L'API publique."""
        return self._applications()[0]

    @property
    def gestion(self) -> ASGIApp:
        """Son port de gestion."""
        return self._applications()[1]

    def _applications(self) -> tuple[FastAPI, ASGIApp]:
        # Montées à la première demande : FastAPI y met un cinquième de seconde.
        if self._servies is None:
            self._servies = applications(self.roles, self.moteur_api, annonce=self.annonce)
        return self._servies

    def client(
        self, *roles: str, organisme: str | None = None, sujet: str | None = None
    ) -> httpx.AsyncClient:
        """Un client HTTP de l'API; sans rôle, sans jeton. Un POST sans clé en reçoit une."""
        en_tetes = {}
        if roles:
            jeton = self.emetteur.jeton(roles, organisme=organisme, sujet=sujet)
            en_tetes["Authorization"] = f"Bearer {jeton}"
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.application, raise_app_exceptions=False),
            base_url="http://essai",
            headers=en_tetes,
            event_hooks={"request": [_donner_cle]},
            trust_env=False,
        )
        self._clients.append(client)
        return client

    @asynccontextmanager
    async def servi(
        self, bornes: Bornes | None = None, mandataires: Sequence[str] = ()
    ) -> AsyncIterator[int]:
        """L'API sur un vrai port, servie comme en production."""
        port, arret = port_libre(), Arret()
        service = asyncio.create_task(
            servir(
                self.application,
                "127.0.0.1",
                port,
                arret,
                patience=1,
                bornes=bornes or Bornes(),
                mandataires=mandataires,
            )
        )
        try:
            while not service.done():
                try:
                    _, sortie = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.01)
                else:
                    sortie.close()
                    yield port
                    break
        finally:
            arret.demander()
            await service

    async def gerer(self, chemin: str, accept: str = "*/*") -> httpx.Response:
        """Ce que répond le port de gestion de l'API (`/metrics`, `/sante/disponibilite`)."""
        transport = httpx.ASGITransport(self.gestion)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://gestion", trust_env=False
        ) as client:
            return await client.get(chemin, headers={"Accept": accept})

    def message(
        self,
        evenement: EvenementPublie,
        *,
        survenu_le: datetime | None = None,
        enregistre_le: datetime | None = None,
        sequence: int | None = None,
        id: UUID | None = None,  # noqa: A002 -- le mot de CloudEvents
    ) -> Message:
        """Le message du bus d'un événement; la séquence par clé avance seule."""
        sujet = sujet_de(evenement.PRODUCTEUR)
        if sequence is None:
            sequence = self._sequences.get((sujet, evenement.cle), 0) + 1
            self._sequences[sujet, evenement.cle] = sequence
        enveloppe = Enveloppe(
            id=id or uuid4(),
            type=evenement.TYPE,
            version=evenement.VERSION,
            survenu_le=survenu_le or self.horloge(),
            enregistre_le=enregistre_le or self.horloge(),
            sequence=sequence,
            sujet=sujet,
            cle=evenement.cle,
        )
        en_tetes = {nom: valeur.decode() for nom, valeur in en_tetes_binaires(enveloppe, {})}
        charge = evenement.model_dump_json().encode()
        return Message(sujet, 0, sequence, evenement.cle, en_tetes, charge)

    async def recevoir(self, *evenements: EvenementPublie, **attributs: Any) -> None:
        """Fait recevoir des événements, en un lot, par le vrai chemin de consommation."""
        await self.recevoir_messages([self.message(e, **attributs) for e in evenements])

    async def recevoir_messages(self, messages: Sequence[Message]) -> None:
        """Fait recevoir des messages tels quels."""
        await self.reception.traiter(messages)

    async def recevoir_jalons(self, jusqua: datetime, *sujets: str) -> None:
        """Fait recevoir un jalon de chaque sujet (une seule partition)."""
        charge = orjson.dumps({"jusqua": jusqua, "partitions": 1})
        messages = []
        for sujet in sujets:
            paires = en_tetes_de_jalon(sujet, 0, jusqua)
            en_tetes = {nom: valeur.decode() for nom, valeur in paires}
            messages.append(Message(sujet, 0, 0, "", en_tetes, charge))
        await self.recevoir_messages(messages)

    async def sortants(self, type_evenement: str | None = None) -> list[Sortant]:
        """Les événements de la boîte d'envoi, dans l'ordre de leur dépôt."""
        async with self.interne() as connexion:
            lignes = await connexion.lignes(text("SELECT * FROM socle_outbox ORDER BY id"))
            return [
                Sortant(
                    id=ligne.evenement_id,
                    type=ligne.type,
                    cle=ligne.cle,
                    sequence=ligne.sequence,
                    survenu_le=ligne.survenu_le,
                    enregistre_le=ligne.enregistre_le,
                    donnees=orjson.loads(ligne.charge),
                )
                for ligne in lignes
                if type_evenement in (None, ligne.type)
            ]

    async def rebuts(self) -> list[str]:
        """Les raisons des messages mis au rebut."""
        async with self.interne() as connexion:
            return await connexion.colonne(text("SELECT raison FROM socle_rebuts"))

    async def tache(self, nom: str) -> int:
        """Fait une tâche périodique jusqu'au bout; rend le nombre de choses faites."""
        return await une_fois(self.moteur_interne, self.roles.taches[nom], self.contexte)

    @property
    def contexte(self) -> Contexte:
        """Ce que reçoit une tâche."""
        return Contexte(self.roles.executeur(self.moteur_interne), Mesures(self.service.nom))

    @asynccontextmanager
    async def interne(self) -> AsyncIterator[Connexion]:
        """Une transaction sous le rôle interne."""
        async with transaction(self.moteur_interne, INTERNE) as connexion:
            yield connexion

    async def fermer(self) -> None:
        await asyncio.gather(*(client.aclose() for client in self._clients))
        await self.moteur_api.fermer()
        await self.moteur_interne.fermer()


async def creer_tables(connexion: Connexion, tables: MetaData) -> None:
    """Crée les tables d'un essai."""
    for table in tables.sorted_tables:
        await connexion.pilote.execute(str(CreateTable(table).compile(dialect=DIALECTE)))


async def _donner_cle(requete: httpx.Request) -> None:
    if requete.method in {"POST", "DELETE"} and "idempotency-key" not in requete.headers:
        requete.headers["Idempotency-Key"] = uuid4().hex


def reglages_d_essai(
    classe: type[Reglages], acces: Mapping[str, str], jwks: str, **autres: Any
) -> Reglages:
    """Les réglages d'un service d'essai."""
    identite = {"emetteur": EMETTEUR, "audience": AUDIENCE, "jwks": jwks}
    # Sur une machine chargée, une connexion s'ouvre en plus de cinq secondes, un verrou s'attend
    # plus de deux, et un processus qui n'a pas la main laisse sa transaction dormir plus de dix.
    delais = {
        "connexion": 60_000,
        "instruction": 30_000,
        "reserve": 4,
        "attente_reserve": 30_000,
        "verrou": 4_500,
        "transaction": 60_000,
        "inactivite": 60_000,
    }
    return classe(
        mode="essai",
        base={**acces, "delais": delais},  # type: ignore[arg-type]
        journal="CRITICAL",
        **{"debit": DEBIT_D_ESSAI, "identite": identite, **autres},
    )


def monter(
    service: Service[Any], reglages: Reglages, emetteur: Emetteur, horloge: HorlogeConduite
) -> Banc:
    """Monte un banc sur une base déjà migrée."""
    roles = Roles(service, reglages)
    delais = reglages.base.delais
    return Banc(
        service,
        roles,
        emetteur,
        ouvrir_moteur(roles.dsn("api"), delais),
        ouvrir_moteur(roles.dsn("interne"), delais),
        horloge,
    )

"""La réception : traiter deux fois sans effet double, ne rien perdre, isoler le poison.

Un lot est une transaction : réclamation des identifiants, cas d'usage, suites strictes, jalons.
S'il échoue pour une raison déterministe, ses messages repassent un à un; celui qui échoue encore
va aux rebuts avec sa raison. Une panne ne compte jamais contre un message.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import groupby
from typing import Any, Generic, TypeVar

import asyncpg
import orjson
import structlog
from opentelemetry.trace import SpanKind
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from socle.bd.consignation import CHARGE_MAXIMALE, LigneSortante, Trace, auditer, envoyer
from socle.bd.executeur import Executeur, reprendre, transaction
from socle.bd.moteur import brute
from socle.bd.pannes import code_sql, est_panne
from socle.bd.portee import INTERNE
from socle.bus import suites
from socle.bus.ecoutes import Ecoute, Ecoutes, Ordre, sujet_des_rebuts, sujet_du_producteur
from socle.bus.enveloppe import TYPE_JALON, Enveloppe, EnveloppeIllisible, Message, Recu
from socle.exploitation.mesures import Mesures
from socle.exploitation.traces import etape, traceparent
from socle.noyau import Acte, Acteur
from socle.points import point

D = TypeVar("D")
ESSAIS_POISON = 3
journal = structlog.get_logger()

_RECLAMER = """
INSERT INTO socle_inbox (evenement_id, garde_jusqua)
SELECT id, clock_timestamp() + $2 FROM unnest($1::uuid[]) AS id ORDER BY id
ON CONFLICT DO NOTHING RETURNING evenement_id
"""
_DEGARER = "DELETE FROM socle_stationnement WHERE evenement_id = $1 RETURNING true"
_ANNONCE = "SELECT max(jusqua) FROM socle_jalon_annonce"
_JALON = """
INSERT INTO socle_jalons AS j (sujet, partition, partitions, jusqua) VALUES ($1, $2, $3, $4)
ON CONFLICT (sujet, partition) DO UPDATE
SET jusqua = greatest(j.jusqua, excluded.jusqua), partitions = excluded.partitions
"""
_ECARTER = """
INSERT INTO socle_rebuts (evenement_id, sujet, cle, sequence, raison, ecarte_le, message)
VALUES ($1, $2, $3, $4, $5, clock_timestamp(), $6) ON CONFLICT DO NOTHING RETURNING evenement_id
"""


@dataclass(frozen=True, slots=True)
class _Etape(Generic[D]):
    """Une commande traduite, et l'écoute qui la traite."""

    ecoute: Ecoute[Any, D]
    commande: object


@dataclass(slots=True)
class Reception(Generic[D]):
    """Traite les messages d'un service; sans boucle ni bus, donc éprouvable seule."""

    executeur: Executeur[D]
    ecoutes: Ecoutes
    nom: str
    mesures: Mesures
    garde: timedelta = timedelta(days=14)
    publier: bool = True
    _types: Mapping[tuple[str, int], type[Any]] = field(init=False)
    _noms: frozenset[str] = field(init=False)
    _stricts: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._types = {(classe.TYPE, classe.VERSION): classe for classe in self.ecoutes}
        self._noms = frozenset(nom for nom, _ in self._types)
        self._stricts = frozenset(
            sujet_du_producteur(classe.PRODUCTEUR)
            for classe, ecoute in self.ecoutes.items()
            if ecoute.ordre is Ordre.STRICT
        )

    async def traiter(self, messages: Sequence[Message]) -> None:
        """Traite un lot; à la sortie, tout est commis. Lève seulement les pannes."""
        utiles = [m for m in messages if self._interesse(m)]
        if not utiles:
            return
        try:
            await reprendre(lambda: self._traiter_lot(utiles))
        except Exception as erreur:
            if est_panne(erreur):
                raise
            for message in utiles:
                await self._traiter_seul(message)
        stricts = {(m.sujet, m.cle) for m in utiles if m.sujet in self._stricts}
        if stricts:
            await self.liberer(stricts)

    def _interesse(self, message: Message) -> bool:
        """Ni jalon, ni écouté, ni compté dans une suite stricte : rien à faire."""
        type_evenement = message.type
        return (
            message.sujet in self._stricts
            or type_evenement in ("", TYPE_JALON)
            or type_evenement in self._noms
        )

    async def _traiter_lot(self, messages: Sequence[Message]) -> None:
        async with transaction(self.executeur.moteur, INTERNE) as connexion:
            pilote = brute(connexion)
            ids = list({m.identifiant for m in messages if m.type != TYPE_JALON})
            nouveaux = {r[0] for r in await pilote.fetch(_RECLAMER, ids, self.garde)}
            a_faire: list[Message] = []
            for message in messages:
                if message.type != TYPE_JALON and message.identifiant in nouveaux:
                    nouveaux.discard(message.identifiant)
                    a_faire.append(message)
            prets = await suites.trier(pilote, a_faire, self._stricts)
            await self._appliquer(connexion, pilote, prets)
            await _noter_jalons(pilote, messages)
        self.mesures.recus.inc(len(a_faire))
        self.mesures.doubles.inc(len(ids) - len(a_faire))

    async def _appliquer(
        self, connexion: AsyncConnection, pilote: asyncpg.Connection, messages: Sequence[Message]
    ) -> None:
        """Déroule les cas d'usage sur des messages réclamés, dans leur ordre."""
        if not messages:
            return
        maintenant = self.executeur.horloge()
        jalon: datetime | None = await pilote.fetchval(_ANNONCE)
        acte = Acte(Acteur(f"bus:{self.nom}"), max(maintenant, jalon) if jalon else maintenant)
        depots = self.executeur.ouvrir_depots(connexion)
        etapes = [e for m in messages if (e := self._traduire(m)) is not None]
        for cas, groupe in groupby(etapes, key=lambda e: e.ecoute.cas):
            point("milieu_de_lot")
            commandes = [e.commande for e in groupe]
            with etape(cas.__name__, SpanKind.CONSUMER, messages[0].en_tetes):
                issue = await cas(commandes, depots, acte)
                trace = traceparent()
            lignes = self.executeur.lignes(issue, trace) if self.publier else []
            await envoyer(pilote, lignes, acte.le)
            await auditer(
                pilote,
                Trace(
                    le=acte.le,
                    acteur=acte.acteur.sujet,
                    organisme="*",
                    operation=cas.__name__,
                    objet=f"{len(commandes)} événements depuis {messages[0].identifiant}",
                    empreinte=sha256(b"".join(m.charge for m in messages)).digest(),
                    trace=trace,
                ),
                [ligne.type for ligne in lignes],
            )

    def _traduire(self, message: Message) -> _Etape[D] | None:
        """Décode un message; rien si le service n'écoute pas ce type. Lève si c'est illisible."""
        if message.type and message.type not in self._noms:
            return None
        enveloppe = Enveloppe.lire(message)
        classe = self._types.get((enveloppe.type, enveloppe.version))
        if classe is None:
            raise EnveloppeIllisible(f"Version {enveloppe.version} de {enveloppe.type} inconnue.")
        ecoute: Ecoute[Any, D] = self.ecoutes[classe]
        commande = ecoute.traduire(
            Recu(
                evenement=classe.model_validate_json(message.charge),
                id=enveloppe.id,
                survenu_le=enveloppe.survenu_le,
                enregistre_le=enveloppe.enregistre_le,
                sequence=enveloppe.sequence,
                sujet=enveloppe.sujet,
                cle=enveloppe.cle,
            )
        )
        return None if commande is None else _Etape(ecoute, commande)

    async def _traiter_seul(self, message: Message) -> None:
        raison = ""
        for essai in range(ESSAIS_POISON):
            try:
                await reprendre(lambda: self._traiter_lot([message]))
            except Exception as erreur:
                if est_panne(erreur):
                    raise
                raison = raison_de(erreur)
                await asyncio.sleep(0.02 * 2**essai)
            else:
                return
        await self._ecarter(message, raison)

    async def _ecarter(self, message: Message, raison: str, *, gare: bool = False) -> None:
        """Réclame (ou retire du stationnement), met au rebut et publie, ensemble.

        Rien si un autre membre a traité le message entre-temps : rejoué, il serait double.
        """
        async with transaction(self.executeur.moteur, INTERNE) as connexion:
            pilote = brute(connexion)
            a_nous = (
                await pilote.fetchval(_DEGARER, message.identifiant)
                if gare
                else await pilote.fetch(_RECLAMER, [message.identifiant], self.garde)
            )
            if not a_nous or not await pilote.fetchval(
                _ECARTER,
                message.identifiant,
                message.sujet,
                message.cle,
                message.sequence,
                raison,
                message.en_octets(),
            ):
                return
            await envoyer(
                pilote, [_ligne_de_rebut(message, self.nom, raison)], self.executeur.horloge()
            )
        self.mesures.ecartes.inc()
        journal.error("reception.rebut", evenement=str(message.identifiant), type=message.type)

    async def liberer(self, cles: set[tuple[str, str]] | None = None) -> int:
        """Traite les stationnés dont le prédécesseur est arrivé; rend leur nombre."""
        liberes = 0
        while (message := await self._suivant(cles)) is not None:
            try:
                await reprendre(partial(self._traiter_garde, message, "socle_stationnement"))
            except Exception as erreur:
                if est_panne(erreur):
                    raise
                await self._ecarter(message, raison_de(erreur), gare=True)
            liberes += 1
        return liberes

    async def _suivant(self, cles: set[tuple[str, str]] | None) -> Message | None:
        async with transaction(self.executeur.moteur, INTERNE) as connexion:
            return await suites.prochain_stationne(brute(connexion), cles)

    async def _traiter_garde(self, message: Message, table: str) -> bool:
        """Traite un message déjà réclamé, gardé dans `table`, et l'en retire."""
        async with transaction(self.executeur.moteur, INTERNE) as connexion:
            pilote = brute(connexion)
            retire = await pilote.fetchval(
                f"DELETE FROM {table} WHERE evenement_id = $1 RETURNING true",  # noqa: S608 -- nom fixe
                message.identifiant,
            )
            if retire:
                prets = await suites.trier(pilote, [message], self._stricts)
                await self._appliquer(connexion, pilote, prets)
        return bool(retire)

    async def rejouer(self, message: Message) -> bool:
        """Rejoue un rebut après correction; lève ce qui le fait encore échouer."""
        rejoue = await reprendre(lambda: self._traiter_garde(message, "socle_rebuts"))
        await self.liberer({(message.sujet, message.cle)})
        return rejoue


def raison_de(erreur: BaseException) -> str:
    """La raison gardée d'un échec : jamais les valeurs reçues, qui peuvent être personnelles."""
    if isinstance(erreur, ValidationError):
        fautes = erreur.errors(include_input=False, include_context=False, include_url=False)
        return "; ".join(f"{'.'.join(map(str, f['loc']))} : {f['type']}" for f in fautes[:10])
    if code := code_sql(erreur):
        return f"{type(erreur).__name__} ({code})"
    return f"{type(erreur).__name__} : {erreur}"[:500]


def _ligne_de_rebut(message: Message, consommateur: str, raison: str) -> LigneSortante:
    """Trop gros une fois recopié, le message part sans sa charge, gardée dans la table."""
    charge = message.en_octets()
    if len(charge) > CHARGE_MAXIMALE:
        charge = replace(message, charge=b"").en_octets()
    return LigneSortante(
        sujet=sujet_des_rebuts(message.sujet, consommateur),
        cle=message.cle or str(message.identifiant),
        type="rebut",
        version=1,
        survenu_le=_survenu(message),
        charge=charge,
        en_tetes={"raison": raison},
    )


def _survenu(message: Message) -> datetime:
    try:
        return Enveloppe.lire(message).survenu_le
    except EnveloppeIllisible:
        return datetime.fromisoformat("1970-01-01T00:00:00+00:00")


async def _noter_jalons(pilote: asyncpg.Connection, messages: Sequence[Message]) -> None:
    for message in _jalons(messages):
        corps = orjson.loads(message.charge)
        jusqua = datetime.fromisoformat(corps["jusqua"])
        await pilote.execute(_JALON, message.sujet, message.partition, corps["partitions"], jusqua)


def _jalons(messages: Sequence[Message]) -> Iterator[Message]:
    """Le dernier jalon de chaque partition du lot; les précédents y sont contenus."""
    derniers = {(m.sujet, m.partition): m for m in messages if m.type == TYPE_JALON}
    return iter(derniers.values())

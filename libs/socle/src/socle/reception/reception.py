"""La réception : traiter deux fois sans effet double, ne rien perdre, isoler le poison.

Un lot est une transaction : réclamation des identifiants, cas d'usage, séquences strictes, jalons.
S'il échoue pour une raison déterministe, ses messages repassent un à un; celui qui échoue encore
va aux rebuts avec sa raison. Une panne ne compte jamais contre un message.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import groupby
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from opentelemetry.trace import SpanKind
from pydantic import ValidationError

from noyau import Acteur, sujet_de
from socle.bd.connexion import Connexion
from socle.bd.pannes import code_sql, est_panne
from socle.bd.transaction import INTERNE, reprendre, transaction
from socle.bus.enveloppe import TYPE_JALON, Enveloppe, EnveloppeIllisible, Message, Recu
from socle.envoi.depot import CHARGE_MAXIMALE, LigneSortante, deposer
from socle.execution.audit import EntreeAudit, inscrire
from socle.execution.executeur import Executeur
from socle.exploitation.mesures import Mesures
from socle.exploitation.traces import du_bus, etape, premier_suivi
from socle.injection_fautes import point
from socle.reception import sequences
from socle.reception.ecoutes import (
    Ecoute,
    EcoutesReunies,
    sujet_des_rebuts,
    sujets_stricts,
    types_passes,
)
from socle.reception.jalons import dernier_annonce, garder_jalons
from socle.validation import fautes_en_francais

ESSAIS_POISON = 3
CLE_GARDEE = 200
"""Caractères de la clé d'un message que garde un rebut : la base n'en indexerait pas toute clé."""
journal = structlog.get_logger()

_RECLAMER = """
INSERT INTO socle_inbox (evenement_id, sujet, garde_jusqua)
SELECT id, sujet, clock_timestamp() + $3 FROM unnest($1::uuid[], $2::text[]) AS m(id, sujet)
WHERE NOT EXISTS (SELECT 1 FROM socle_inbox d WHERE (d.evenement_id, d.sujet) = (id, ''))
ORDER BY id, sujet
ON CONFLICT DO NOTHING RETURNING evenement_id, sujet
"""
STATIONNEMENT, REBUTS = "socle_stationnement", "socle_rebuts"
"""Les tables où un message attend."""
_RETIRER_DE = "DELETE FROM {} WHERE (evenement_id, sujet) = ($1, $2) RETURNING true"
_ECARTER = """
INSERT INTO socle_rebuts (evenement_id, sujet, cle, sequence, raison, ecarte_le, message)
VALUES ($1, $2, $3, $4, $5, clock_timestamp(), $6) ON CONFLICT DO NOTHING RETURNING evenement_id
"""


_Decode = tuple[Recu[Any], tuple[Ecoute[Any, Any], ...]]
"""Un événement décodé, et les écoutes qu'il intéresse, dans l'ordre des aires."""


@dataclass(slots=True)
class Reception:
    """Traite les messages d'un service; sans boucle ni bus, donc éprouvable seule."""

    executeur: Executeur
    ecoutes: EcoutesReunies
    nom: str
    mesures: Mesures
    garde: timedelta = timedelta(days=14)
    publier: bool = True
    evenements: Collection[type[Any]] = ()
    """Ce que publient ceux qu'on écoute, si l'on veut passer ce qui n'est d'aucune clé suivie."""
    _types: Mapping[tuple[str, int], type[Any]] = field(init=False)
    _noms: frozenset[str] = field(init=False)
    _stricts: frozenset[str] = field(init=False)
    _passes: frozenset[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self._types = {(classe.TYPE, classe.VERSION): classe for classe in self.ecoutes}
        self._noms = frozenset(nom for nom, _ in self._types)
        self._stricts = sujets_stricts(self.ecoutes)
        self._passes = types_passes(self.ecoutes, self.evenements)

    @property
    def libre(self) -> bool:
        """Vrai si nulle écoute n'exige d'ordre."""
        return not self._stricts

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
        faits = (m for m in utiles if m.type != TYPE_JALON)
        stricts = {(m.sujet, m.cle) for m in faits if m.sujet in self._stricts}
        if stricts:
            await self.liberer(stricts)

    def _interesse(self, message: Message) -> bool:
        """Ni jalon, ni écouté, ni compté dans une séquence suivie : rien à faire."""
        nom = message.type
        if message.sujet in self._stricts:
            return (message.sujet, message.type_tenu) not in self._passes
        return nom in ("", TYPE_JALON) or nom in self._noms

    async def _traiter_lot(self, messages: Sequence[Message]) -> None:
        async with transaction(self.executeur.moteur, INTERNE, ecriture=True) as connexion:
            pilote = connexion.pilote
            recus: dict[tuple[UUID, str], Message] = {}
            for message in messages:
                if message.type != TYPE_JALON:
                    recus.setdefault(message.identite, message)
            nouveaux = await self._reclamer(pilote, recus)
            a_faire = [m for identite, m in recus.items() if identite in nouveaux]
            tri = await sequences.trier(pilote, a_faire, self._stricts)
            await self._appliquer(connexion, pilote, tri.prets)
            refuses = await garder_jalons(pilote, messages, self.executeur.horloge())
        self.mesures.recus.inc(len(a_faire))
        self.mesures.doubles.inc(len(recus) - len(a_faire))
        self._signaler(tri.depasses, refuses)

    async def _reclamer(
        self, pilote: asyncpg.Connection, identites: Collection[tuple[UUID, str]]
    ) -> set[tuple[UUID, str]]:
        """Réclame ces messages; rend les identités qui ne l'étaient pas encore."""
        if not identites:
            return set()
        ids, sujets = [i for i, _ in identites], [sujet for _, sujet in identites]
        return {
            (ligne["evenement_id"], ligne["sujet"])
            for ligne in await pilote.fetch(_RECLAMER, ids, sujets, self.garde)
        }

    async def _appliquer(
        self, connexion: Connexion, pilote: asyncpg.Connection, messages: Sequence[Message]
    ) -> None:
        """Déroule les cas d'usage sur des messages réclamés, dans leur ordre."""
        if not messages:
            return
        deroulement = self.executeur.deroulement
        acteur = Acteur(f"bus:{self.nom}")
        acte = deroulement.acte(acteur, await dernier_annonce(pilote))
        decodes = list(filter(None, map(self._decoder, messages)))
        traces = [t for m in messages if (t := m.en_tetes.get("traceparent"))]
        amont = {"traceparent": premier_suivi(traces)}
        for (cas, ports), commandes in _par_cas(decodes):
            point("milieu_de_lot")
            entree = EntreeAudit(
                acteur=acteur.sujet,
                organisme="*",
                operation=cas.__name__,
                objet=f"{len(commandes)} événements depuis {messages[0].identifiant}",
                empreinte=sha256(b"".join(m.charge for m in messages)).digest(),
            )
            dits = du_bus("process", messages[0].sujet, len(messages), self.nom)
            with etape(cas.__name__, SpanKind.CONSUMER, amont, dits, traces):
                await deroulement.derouler(
                    connexion, cas, ports, commandes, acte, entree, publier=self.publier
                )

    def _decoder(self, message: Message) -> _Decode | None:
        """Décode un message; rien si le service n'écoute pas ce type. Lève si c'est illisible."""
        if message.type and message.type not in self._noms:
            return None
        enveloppe = Enveloppe.lire(message)
        classe = self._types.get((enveloppe.type, enveloppe.version))
        if classe is None:
            raise EnveloppeIllisible(f"Version {enveloppe.version} de {enveloppe.type} inconnue.")
        if message.sujet != sujet_de(classe.PRODUCTEUR):
            raise EnveloppeIllisible(f"{message.sujet} ne publie pas {enveloppe.type}.")
        recu = Recu(
            evenement=classe.model_validate_json(message.charge),
            id=enveloppe.id,
            survenu_le=enveloppe.survenu_le,
            enregistre_le=enveloppe.enregistre_le,
            sequence=enveloppe.sequence,
            sujet=enveloppe.sujet,
            cle=enveloppe.cle,
            trace=message.en_tetes.get("traceparent", ""),
        )
        return recu, self.ecoutes[classe]

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

    async def _ecarter(self, message: Message, raison: str, *, stationne: bool = False) -> None:
        """Réclame (ou retire du stationnement), met au rebut et publie, ensemble.

        Rien si un autre membre a traité le message entre-temps : rejoué, il serait double.
        """
        async with transaction(self.executeur.moteur, INTERNE) as connexion:
            pilote = connexion.pilote
            a_nous = (
                await pilote.fetchval(_RETIRER_DE.format(STATIONNEMENT), *message.identite)
                if stationne
                else await self._reclamer(pilote, [message.identite])
            )
            place = (message.identifiant, message.sujet, message.cle[:CLE_GARDEE], message.sequence)
            rebut = (*place, raison, message.en_octets())
            if not a_nous or not await pilote.fetchval(_ECARTER, *rebut):
                return
            maintenant = self.executeur.horloge()
            ligne = _ligne_de_rebut(message, self.nom, raison, maintenant)
            await deposer(pilote, [ligne], maintenant)
        self.mesures.ecartes.inc()
        journal.error("reception.rebut", **_place(message), raison=raison)

    async def liberer(self, cles: set[tuple[str, str]] | None = None) -> int:
        """Traite les stationnés dont le prédécesseur est arrivé; rend leur nombre.

        Sans clés : tous, et ce qu'on a cessé de suivre ne s'attend plus.
        """
        if cles is None:
            return await self._tout_liberer()
        liberes = 0
        while (message := await self._suivant(cles)) is not None:
            try:
                await reprendre(partial(self._traiter_garde, message, STATIONNEMENT))
            except Exception as erreur:
                if est_panne(erreur):
                    raise
                await self._ecarter(message, raison_de(erreur), stationne=True)
            liberes += 1
        return liberes

    async def _tout_liberer(self) -> int:
        async with transaction(self.executeur.moteur, INTERNE) as connexion:
            await sequences.oublier(connexion.pilote, self._passes)
        liberes = 0
        while True:
            async with transaction(self.executeur.moteur, INTERNE) as connexion:
                cles = await sequences.cles_libres(connexion.pilote)
            if not cles:
                return liberes
            liberes += await self.liberer(cles)

    async def _suivant(self, cles: set[tuple[str, str]]) -> Message | None:
        async with transaction(self.executeur.moteur, INTERNE) as connexion:
            return await sequences.prochain_stationne(connexion.pilote, cles)

    async def _traiter_garde(self, message: Message, table: str) -> bool:
        """Traite un message déjà réclamé, gardé dans `table`, et l'en retire."""
        async with transaction(self.executeur.moteur, INTERNE, ecriture=True) as connexion:
            pilote = connexion.pilote
            retire = await pilote.fetchval(_RETIRER_DE.format(table), *message.identite)
            tri = await sequences.trier(pilote, [message] if retire else [], self._stricts)
            await self._appliquer(connexion, pilote, tri.prets)
        self._signaler(tri.depasses)
        return bool(retire)

    def _signaler(self, depasses: Iterable[Message], jalons: Iterable[Message] = ()) -> None:
        """Ce qui n'a pas d'effet laisse une trace et se compte."""
        for message in depasses:
            self.mesures.depasses.inc()
            journal.warning("reception.depasse", **_place(message))
        for message in jalons:
            self.mesures.jalons_refuses.inc()
            journal.error("reception.jalon_refuse", **_place(message))

    async def renoncer(self, message: Message, table: str, entree: EntreeAudit) -> bool:
        """Écarte pour de bon un message gardé dans `table`; audité.

        La place d'un rebut passe sans effet; celle d'un stationné reste un trou, que l'on franchit.
        """

        async def une_fois() -> bool:
            async with transaction(self.executeur.moteur, INTERNE, ecriture=True) as connexion:
                pilote = connexion.pilote
                retire = await pilote.fetchval(_RETIRER_DE.format(table), *message.identite)
                if retire:
                    if table == REBUTS and message.sujet in self._stricts:
                        await sequences.trier(pilote, [message.sans_effet()], self._stricts)
                    await self._auditer(pilote, entree)
            return bool(retire)

        retire = await reprendre(une_fois)
        await self.liberer({(message.sujet, message.cle)})
        return retire

    async def franchir(self, sujet: str, cle: str, entree: EntreeAudit) -> tuple[int, int] | None:
        """Renonce aux prédécesseurs absents de ce qui est stationné sous cette clé; audité.

        Rend le premier et le dernier numéro auxquels on renonce; rien s'il n'y a pas de trou.
        """
        async with transaction(self.executeur.moteur, INTERNE, ecriture=True) as connexion:
            pilote = connexion.pilote
            trou = await sequences.franchir(pilote, sujet, cle)
            if trou is not None:
                await self._auditer(pilote, entree)
        await self.liberer({(sujet, cle)})
        return trou

    async def _auditer(self, pilote: asyncpg.Connection, entree: EntreeAudit) -> None:
        acte = self.executeur.deroulement.acte(Acteur(entree.acteur), await dernier_annonce(pilote))
        await inscrire(pilote, entree, acte.le)

    async def rejouer(self, message: Message) -> bool:
        """Rejoue un rebut après correction; lève ce qui le fait encore échouer."""
        rejoue = await reprendre(lambda: self._traiter_garde(message, REBUTS))
        await self.liberer({(message.sujet, message.cle)})
        return rejoue


def _par_cas(
    decodes: Sequence[_Decode],
) -> Iterator[tuple[tuple[Any, type[Any]], list[object]]]:
    """Les commandes que disent ces événements, réunies par cas d'usage tant qu'ils se suivent.

    Les aires basses passent d'abord, sur tout le lot : une copie est à jour avant qu'on la lise.
    Dans une aire, l'ordre des événements se garde.
    """
    traduits = ((e, e.traduire(recu)) for recu, ecoutes in decodes for e in ecoutes)
    etapes = [(ecoute, commande) for ecoute, commande in traduits if commande is not None]
    etapes.sort(key=lambda etape: etape[0].aire)
    for cas, groupe in groupby(etapes, key=lambda etape: (etape[0].cas, etape[0].ports)):
        yield cas, [commande for _, commande in groupe]


def raison_de(erreur: BaseException) -> str:
    """La raison gardée d'un échec : jamais les valeurs reçues, qui peuvent être personnelles."""
    if isinstance(erreur, ValidationError):
        fautes = erreur.errors(include_input=False, include_url=False)
        # Ce que reproche un de nos validateurs peut redire la valeur.
        tues = [{**f, "ctx": {}} if f["type"] == "value_error" else f for f in fautes[:10]]
        return "; ".join(
            f"{f['champ'] or 'corps'} : {f['faute']}" for f in fautes_en_francais(tues)
        )
    if code := code_sql(erreur):
        return f"{type(erreur).__name__} ({code})"
    dite = f"{type(erreur).__name__} : {erreur}"[:500]
    return dite.replace("\0", "\N{REPLACEMENT CHARACTER}")  # la base refuse l'octet nul


def _place(message: Message) -> dict[str, object]:
    """Où est un message, et lequel : jamais ce qu'il porte, qui peut être personnel."""
    return {
        "sujet": message.sujet,
        "partition": message.partition,
        "position": message.position,
        "cle": message.cle[:CLE_GARDEE],
        "sequence": message.sequence,
        "type": message.type,
        "evenement": str(message.identifiant),
    }


def _ligne_de_rebut(
    message: Message, consommateur: str, raison: str, maintenant: datetime
) -> LigneSortante:
    """Trop gros une fois recopié, le message part sans sa charge, au besoin sans ses en-têtes.

    La table le garde entier. La clé est bornée : d'une longueur quelconque, rien ne l'indexerait.
    """
    sans_charge = replace(message, charge=b"")
    reduit = replace(sans_charge, en_tetes={}, cle=message.cle[:CLE_GARDEE])
    octets = map(Message.en_octets, (message, sans_charge, reduit))
    return LigneSortante(
        sujet=sujet_des_rebuts(message.sujet, consommateur),
        cle=message.cle[:CLE_GARDEE] or str(message.identifiant),
        type="rebut",
        version=1,
        survenu_le=maintenant,
        charge=next(forme for forme in octets if len(forme) <= CHARGE_MAXIMALE),
        en_tetes={"raison": raison},
    )

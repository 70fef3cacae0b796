"""Ce que l'opérateur voit et décide de ce qui attend : rebuts, stationnés, faits écartés.

Écarter, c'est renoncer avec un motif : l'audit le garde, et la place du fait dans la séquence de sa
clé passe sans effet, pour que ce qui le suit ne l'attende pas.
"""

import getpass
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from uuid import UUID

from noyau import Acteur
from socle.bd.transaction import INTERNE, transaction
from socle.bus.enveloppe import Message
from socle.envoi import reprise
from socle.execution.audit import EntreeAudit, inscrire
from socle.reception.jalons import dernier_annonce
from socle.reception.reception import CLE_GARDEE, REBUTS, STATIONNEMENT, Reception

PAR_APPEL = 10_000
"""Lignes traitées par un seul appel, au plus."""


class Attente(StrEnum):
    """Où un fait attend un opérateur."""

    REBUTS = "rebuts"
    STATIONNES = "stationnes"
    ENVOIS = "envois"


@dataclass(frozen=True, slots=True)
class Choix:
    """Lesquels; rien de dit : tous."""

    id: UUID | None = None
    cle: str | None = None
    sujet: str | None = None


@dataclass(frozen=True, slots=True)
class Garde:
    """Un fait qui attend."""

    id: UUID
    sujet: str
    cle: str
    sequence: int
    depuis: datetime
    raison: str
    ligne: int
    """Son rang dans la boîte d'envoi; 0 hors d'elle."""


_REQUETES: Mapping[Attente, str] = MappingProxyType(
    {
        Attente.REBUTS: "SELECT evenement_id AS id, sujet, cle, sequence, ecarte_le AS depuis,"
        " raison, 0::bigint AS ligne FROM socle_rebuts",
        Attente.STATIONNES: "SELECT evenement_id AS id, sujet, cle, sequence,"
        " stationne_le AS depuis, 'un prédécesseur manque' AS raison, 0::bigint AS ligne"
        " FROM socle_stationnement",
        Attente.ENVOIS: "SELECT o.evenement_id AS id, e.sujet, e.cle, o.sequence,"
        " e.ecarte_le AS depuis, e.raison, e.outbox_id AS ligne"
        " FROM socle_ecartes e JOIN socle_outbox o ON o.id = e.outbox_id",
    }
)
_MESSAGE = "SELECT message FROM {} WHERE (evenement_id, sujet) = ($1, $2)"
_CHOISIR = """
WITH g AS ({})
SELECT * FROM g
WHERE ($1::uuid IS NULL OR id = $1) AND ($2::text IS NULL OR cle = $2)
  AND ($3::text IS NULL OR sujet = $3)
ORDER BY sujet, cle, sequence, id LIMIT $4
"""


@dataclass(frozen=True, slots=True)
class Operateur:
    """Les gestes d'un opérateur sur un service; chacun est une transaction."""

    reception: Reception
    sujet: str
    """Celui où le service publie."""

    async def lister(self, attente: Attente, choix: Choix, limite: int) -> Sequence[Garde]:
        """Ce qui attend, par clé et par rang, au plus `limite`."""
        requete = _CHOISIR.format(_REQUETES[attente])
        async with transaction(self.reception.executeur.moteur, INTERNE) as connexion:
            lignes = await connexion.pilote.fetch(requete, choix.id, choix.cle, choix.sujet, limite)
        return [Garde(**ligne) for ligne in lignes]

    async def rejouer(self, attente: Attente, garde: Garde) -> bool:
        """Traite de nouveau; faux si ce n'est plus là. Lève ce qui fait encore échouer un rebut."""
        if attente is Attente.ENVOIS:
            async with transaction(self.reception.executeur.moteur, INTERNE) as connexion:
                return await reprise.rendre(connexion.pilote, garde.ligne)
        message = await self._message(REBUTS, garde)
        return message is not None and await self.reception.rejouer(message)

    async def ecarter(self, attente: Attente, garde: Garde, motif: str) -> bool:
        """Renonce à un fait, pour un motif que l'audit garde; faux si ce n'est plus là."""
        if attente is not Attente.ENVOIS:
            table = REBUTS if attente is Attente.REBUTS else STATIONNEMENT
            message = await self._message(table, garde)
            if message is None:
                return False
            entree = _entree(f"{attente}.ecarter", garde, motif, message)
            return await self.reception.renoncer(message, table, entree)
        entree = _entree(f"{attente}.ecarter", garde, motif)
        executeur = self.reception.executeur
        async with transaction(executeur.moteur, INTERNE, ecriture=True) as connexion:
            pilote = connexion.pilote
            acteur = Acteur(entree.acteur)
            acte = executeur.deroulement.acte(acteur, await dernier_annonce(pilote))
            a_sa_place = garde.sujet == self.sujet
            if not await reprise.renoncer(pilote, garde.ligne, acte.le, a_sa_place=a_sa_place):
                return False
            await inscrire(pilote, entree, acte.le)
        return True

    async def _message(self, table: str, garde: Garde) -> Message | None:
        """Lu au moment d'agir : tous ceux d'un appel ne tiendraient pas en mémoire."""
        async with transaction(self.reception.executeur.moteur, INTERNE) as connexion:
            requete = _MESSAGE.format(table)
            octets = await connexion.pilote.fetchval(requete, garde.id, garde.sujet)
        return None if octets is None else Message.relire(octets)

    async def franchir(self, garde: Garde, motif: str) -> tuple[int, int] | None:
        """Renonce à ce qui manque avant un stationné; rend les numéros sautés, ou rien.

        Lève `ValueError` si un rebut de la clé tient la place : c'est de lui qu'il faut décider.
        """
        choix = Choix(cle=garde.cle, sujet=garde.sujet)
        if rebuts := await self.lister(Attente.REBUTS, choix, 1):
            raise ValueError(f"le rebut {rebuts[0].id} tient la place : rejouez-le ou écartez-le")
        entree = _entree("stationnes.franchir", garde, motif)
        return await self.reception.franchir(garde.sujet, garde.cle, entree)


def _entree(
    operation: str, garde: Garde, motif: str, message: Message | None = None
) -> EntreeAudit:
    objet = f"{garde.sujet} {garde.cle[:CLE_GARDEE]} nº {garde.sequence} ({garde.id}) : {motif}"
    empreinte = sha256(garde.id.bytes if message is None else message.en_octets()).digest()
    return EntreeAudit(exploitant(), "*", operation, objet, empreinte)


def exploitant() -> str:
    """L'auteur d'une commande, pour l'audit : le compte du système qui la lance."""
    try:
        return f"exploitation:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"exploitation:uid {os.getuid()}"


def decrire(garde: Garde) -> Mapping[str, Any]:
    """Un fait qui attend, en mots pour une liste; rien de ce qu'il dit ne commande le terminal."""
    return {
        "id": garde.id,
        "sujet": visible(garde.sujet),
        "clé": visible(garde.cle[:CLE_GARDEE]),
        "nº": garde.sequence,
        "depuis": f"{garde.depuis:%Y-%m-%d %H:%M:%SZ}",
        "raison": visible(garde.raison),
    }


def visible(texte: str) -> str:
    """Le texte, sans rien qui commande le terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in texte)

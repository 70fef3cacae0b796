"""L'audit scellé : chaque lot d'écritures commises devient un maillon d'une chaîne de hachage.

Le scelleur ne prend que les transactions toutes finies (sous l'xmin courant), dans l'ordre
(transaction, ligne) : aucune ligne ne peut apparaître plus tard derrière un sceau posé.

Passé sa conservation, l'audit part par sceaux entiers, des plus vieux aux plus neufs; le dernier
sceau parti reste, et porte la suite de la chaîne.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

import asyncpg

from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction

LOT = 1_000
ORIGINE = bytes(32)
SCEAUX_OUBLIES = 3
"""Combien de sceaux, au plus, s'oublient d'un coup."""

CONSERVATION_AUDIT_MINIMALE = 366
"""Jours; la base elle-même refuse d'oublier plus tôt."""

_DERNIER = """
SELECT numero, dernier_tx::text::bigint AS tx, dernier_id AS id, empreinte
FROM socle_sceaux ORDER BY numero DESC LIMIT 1
"""
# `ORDER BY tx` trierait la colonne rendue, un nombre : toute la table, à chaque lot.
_LIGNES = """
SELECT id, tx::text::bigint AS tx, le, acteur, organisme, operation, objet, faits, empreinte, trace
FROM socle_audit
WHERE (tx, id) > ($1::bigint::text::xid8, $2) AND tx < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY socle_audit.tx, socle_audit.id LIMIT $3
"""
_A_SCELLER = """
SELECT coalesce((a.tx, a.id) > (s.dernier_tx, s.dernier_id), true)
FROM (SELECT tx, id FROM socle_audit ORDER BY tx DESC, id DESC LIMIT 1) AS a
LEFT JOIN (SELECT * FROM socle_sceaux ORDER BY numero DESC LIMIT 1) AS s ON true
"""
_SCELLER = """
INSERT INTO socle_sceaux (numero, dernier_tx, dernier_id, nombre, empreinte, scelle_le)
VALUES ($1, $2::bigint::text::xid8, $3, $4, $5, clock_timestamp())
"""
_SCEAUX = """
SELECT numero, dernier_tx::text::bigint AS tx, dernier_id AS id, nombre, empreinte
FROM socle_sceaux WHERE numero > $1 ORDER BY numero LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class Verification:
    """Le résultat d'une vérification de la chaîne."""

    sceaux: int
    lignes: int
    rupture: int | None
    """Le numéro du premier sceau rompu; absent : la chaîne est intacte."""
    oublies: int = 0
    """Combien de sceaux, les plus vieux, ont passé leur conservation : la chaîne part d'eux."""


def maillon(precedent: bytes, lignes: Sequence[asyncpg.Record]) -> bytes:
    """L'empreinte d'un lot, liée à celle du lot précédent."""
    calcul = sha256(precedent)
    for ligne in lignes:
        champs = (
            str(ligne["id"]),
            str(ligne["tx"]),
            ligne["le"].isoformat(),
            ligne["acteur"],
            ligne["organisme"],
            ligne["operation"],
            ligne["objet"],
            "\x1e".join(ligne["faits"]),
            ligne["empreinte"].hex(),
            ligne["trace"],
        )
        calcul.update(sha256("\x1f".join(champs).encode()).digest())
    return calcul.digest()


async def a_sceller(moteur: Moteur) -> bool:
    """Vrai si une écriture attend son sceau : une instruction seule, hors transaction."""
    async with moteur.emprunter() as connexion:
        return bool(await connexion.pilote.fetchval(_A_SCELLER))


async def sceller(moteur: Moteur) -> int:
    """Scelle un lot d'écritures; rend leur nombre. Le verrou de la tâche n'admet qu'un scelleur."""
    async with transaction(moteur, INTERNE) as connexion:
        pilote = connexion.pilote
        dernier = await pilote.fetchrow(_DERNIER)
        numero, tx, id_, precedent = dernier or (0, 0, 0, ORIGINE)
        lignes = await pilote.fetch(_LIGNES, tx, id_, LOT)
        if lignes:
            fin = lignes[-1]
            await pilote.execute(
                _SCELLER, numero + 1, fin["tx"], fin["id"], len(lignes), maillon(precedent, lignes)
            )
    return len(lignes)


async def verifier(moteur: Moteur) -> Verification:
    """Refait toute la chaîne; dit le premier sceau qui ne tient plus."""
    dit = Verification(0, 0, None)
    async for avance in parcourir(moteur):
        dit = avance
    return dit


async def parcourir(moteur: Moteur) -> AsyncIterator[Verification]:
    """Refait la chaîne par lots de sceaux : ce qui est refait jusque-là, le dernier étant le tout.

    S'arrête à la première rupture. Entre deux lots, rien n'est tenu de la base.
    """
    async with transaction(moteur, INTERNE) as connexion:
        ancre = await connexion.pilote.fetchrow(_ANCRE)
    oublies, tx, id_, precedent, restent = ancre or (0, 0, 0, ORIGINE, False)
    if restent:
        yield Verification(0, 0, rupture=oublies)
        return
    fait = Verification(oublies, 0, None, oublies)
    while True:
        async with transaction(moteur, INTERNE) as connexion:
            sceaux = await connexion.pilote.fetch(_SCEAUX, fait.sceaux)
            for sceau in sceaux:
                lignes = await connexion.pilote.fetch(_ENTRE, tx, id_, sceau["tx"], sceau["id"])
                precedent = maillon(precedent, lignes)
                fait = _suivre(fait, sceau, len(lignes), precedent)
                if fait.rupture is not None:
                    break
                tx, id_ = sceau["tx"], sceau["id"]
        yield fait
        if not sceaux or fait.rupture is not None:
            return


def _suivre(
    fait: Verification, sceau: asyncpg.Record, nombre: int, empreinte: bytes
) -> Verification:
    """Ce qui est refait, ce sceau compris : le sien doit dire les mêmes lignes."""
    numero = fait.sceaux + 1
    if (numero, nombre, empreinte) != (sceau["numero"], sceau["nombre"], sceau["empreinte"]):
        return replace(fait, sceaux=numero, rupture=numero)
    return replace(fait, sceaux=numero, lignes=fait.lignes + nombre)


async def oublier(moteur: Moteur, age: timedelta) -> int:
    """Oublie un lot d'écritures scellées depuis plus que `age`; rend leur nombre.

    Le rôle n'a aucun droit de supprimer : une fonction de la base le fait pour lui, jamais avant
    `CONSERVATION_AUDIT_MINIMALE` jours.
    """
    async with transaction(moteur, INTERNE) as connexion:
        oubliees: int = await connexion.pilote.fetchval("SELECT socle_oublier_audit($1)", age)
    return oubliees


# Le premier sceau n'est jamais une ancre : une chaîne entière commence par lui.
_ANCRE = """
SELECT numero, dernier_tx::text::bigint AS tx, dernier_id AS id, empreinte,
       EXISTS (SELECT 1 FROM socle_audit a WHERE (a.tx, a.id) <= (s.dernier_tx, s.dernier_id))
         AS restent
FROM (SELECT * FROM socle_sceaux ORDER BY numero LIMIT 1) AS s WHERE numero > 1
"""
_ENTRE = """
SELECT id, tx::text::bigint AS tx, le, acteur, organisme, operation, objet, faits, empreinte, trace
FROM socle_audit
WHERE (tx, id) > ($1::bigint::text::xid8, $2) AND (tx, id) <= ($3::bigint::text::xid8, $4)
ORDER BY socle_audit.tx, socle_audit.id
"""

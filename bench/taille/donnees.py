"""Les bases des cinq services à la taille voulue : migrées, semées, gardées entre deux mesures.

Chaque base est gardée avec l'empreinte de ses migrations et de ses semis. Une migration de plus s'y
applique, et dit ce qu'elle prend à cette taille; tout autre changement fait semer de nouveau cette
base, elle seule. Un chargement interrompu reprend à la première base qui manque.
"""

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from string import Template
from typing import Any, Final

import asyncpg
import orjson
from pydantic import SecretStr

from bench.taille.echelle import Echelle
from outils.emetteur import Emetteur
from outils.essais.banc import Banc, HorlogeConduite, monter, reglages_d_essai
from socle.bd.moteur import DelaisBase
from socle.bus.enveloppe import Enveloppe, Message, en_tetes_binaires
from socle.schema.migrer import migrer
from socle.schema.provisionnement import ROLES, Acces, provisionner
from socle.service import Service

SEMIS: Final[Mapping[str, Sequence[str]]] = {
    "catalogue": ("commun", "produits", "catalogue"),
    "demandes": ("commun", "produits", "histoires", "demandes"),
    "facturation": ("commun", "produits", "histoires", "facturation"),
    "sla": ("commun", "histoires", "sla"),
    "courtier": ("commun", "courtier"),
}
"""Les fichiers de `semis` de chaque base, dans l'ordre; le catalogue d'abord : on l'écoute."""
_DOSSIER: Final = Path(__file__).parent / "semis"
_SESSION: Final = """
SET synchronous_commit = off;
SET work_mem = '256MB'; SET maintenance_work_mem = '256MB'; SET temp_buffers = '256MB';
SET statement_timeout = 0; SET jit = off;
"""
_SORTANTS: Final = """
SELECT evenement_id AS id, type, version, survenu_le, enregistre_le, sequence, sujet, cle, en_tetes,
       charge
FROM socle_outbox ORDER BY id
"""


def service(nom: str) -> Service[Any]:
    """La déclaration d'un service."""
    declare: Service[Any] = import_module(f"{nom}.main").service()
    return declare


@dataclass(frozen=True, slots=True)
class Bases:
    """Les bases d'une échelle, sur un serveur que tient l'appelant."""

    dsn: str
    """Superutilisateur."""
    dossier: Path
    """Où l'on note ce qui est semé, et le JWKS."""
    echelle: Echelle
    emetteur: Emetteur

    async def preparer(self, nom: str) -> Acces:
        """La base d'un service, semée si elle ne l'est pas; rend ses DSN."""
        marque = self.dossier / f"{nom}.semee.json"
        lue = json.loads(marque.read_text("utf-8")) if marque.exists() else {}
        voulue = self._empreintes(nom)
        neuve = not lue or not lue.items() <= voulue.items()
        debut = time.monotonic()
        if neuve:
            marque.unlink(missing_ok=True)
            await self._effacer(nom)
        secrets = {role: os.urandom(12).hex() for role in ROLES}
        acces = await provisionner(self.dsn, nom, secrets)
        if lue == voulue:
            return acces
        await migrer(SecretStr(acces.migrer), service(nom).migrations)
        if neuve:
            await self._referentiel(nom, acces)
            await semer(self.superutilisateur(nom), nom, self.echelle)
        else:
            await rafraichir(self.superutilisateur(nom))
        marque.write_text(json.dumps(voulue, indent=1), "utf-8")
        fait = "semé" if neuve else "migré"
        mega = await self.octets(nom) / 1e6
        print(f"  {nom} : {fait} en {time.monotonic() - debut:.0f} s, {mega:,.0f} Mo", flush=True)
        return acces

    async def octets(self, nom: str) -> int:
        """Ce que la base prend sur le disque."""
        async with _ouverte(self.dsn) as connexion:
            octets: int = await connexion.fetchval("SELECT pg_database_size($1::name)", nom)
            return octets

    def superutilisateur(self, nom: str) -> str:
        """Le DSN du superutilisateur, dans la base d'un service."""
        return self.dsn.rpartition("/")[0] + f"/{nom}"

    def monter(self, nom: str, acces: Acces, delais: DelaisBase | None = None) -> Banc:
        """Le service, dans ce processus, sur sa base."""
        declaration, jwks = service(nom), self.dossier / "jwks.json"
        self.emetteur.publier(jwks)
        reglages = reglages_d_essai(declaration.reglages, asdict(acces), str(jwks))
        if delais is not None:
            base = reglages.base.model_copy(update={"delais": delais})
            reglages = reglages.model_copy(update={"base": base})
        return monter(declaration, reglages, self.emetteur, HorlogeConduite())

    async def _effacer(self, nom: str) -> None:
        async with _ouverte(self.dsn) as connexion:
            await connexion.execute(f"DROP DATABASE IF EXISTS {nom} WITH (FORCE)")

    async def _referentiel(self, nom: str, acces: Acces) -> None:
        """Les fiches, les produits et les calendriers de la mise en route, par le vrai chemin."""
        banc = self.monter(nom, acces)
        try:
            if nom == "catalogue":
                await banc.tache("chargement")
            else:
                await banc.recevoir_messages(await self._publies_au_catalogue())
        finally:
            await banc.fermer()

    async def _publies_au_catalogue(self) -> list[Message]:
        async with _ouverte(self.superutilisateur("catalogue")) as connexion:
            return [_message(ligne) for ligne in await connexion.fetch(_SORTANTS)]

    def _empreintes(self, nom: str) -> dict[str, str]:
        """De tout ce qui fait cette base : ses migrations, ses semis, leur échelle."""
        fichiers = [
            *service(nom).migrations.glob("versions/*.py"),
            *(_DOSSIER / f"{fichier}.sql" for fichier in SEMIS[nom]),
        ]
        sommes = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in fichiers}
        valeurs = orjson.dumps(dict(self.echelle.valeurs))
        return sommes | {"echelle": hashlib.sha256(valeurs).hexdigest()}


async def semer(dsn: str, nom: str, echelle: Echelle) -> None:
    """Sème une base migrée, et en refait les statistiques; `dsn` : un superutilisateur."""
    sql = "".join(
        Template((_DOSSIER / f"{fichier}.sql").read_text("utf-8")).substitute(echelle.valeurs)
        for fichier in SEMIS[nom]
    )
    async with _ouverte(dsn) as connexion:
        await connexion.execute(_SESSION)
        await connexion.execute(sql)
    await rafraichir(dsn)


async def rafraichir(dsn: str) -> None:
    """Refait les statistiques d'une base, et ce qui dit quelles pages sont toutes visibles."""
    async with _ouverte(dsn) as connexion:
        await connexion.execute("VACUUM (ANALYZE)")


class _ouverte:  # noqa: N801 -- un gestionnaire de contexte
    """Une connexion de superutilisateur, sans délai, refermée à la sortie."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn

    async def __aenter__(self) -> asyncpg.Connection:
        self._connexion = await asyncpg.connect(self._dsn, command_timeout=None)
        return self._connexion

    async def __aexit__(self, *_: object) -> None:
        await self._connexion.close()


def _message(ligne: asyncpg.Record) -> Message:
    """Le message du bus d'une ligne de la boîte d'envoi."""
    champs = {nom: v for nom, v in ligne.items() if nom not in {"en_tetes", "charge"}}
    paires = en_tetes_binaires(Enveloppe(**champs), orjson.loads(ligne["en_tetes"]))
    en_tetes = {nom: valeur.decode() for nom, valeur in paires}
    return Message(ligne["sujet"], 0, ligne["sequence"], ligne["cle"], en_tetes, ligne["charge"])

"""Le provisionnement : la base d'un service et ses trois rôles, par un superutilisateur.

    python -m socle.schema.provisionnement service [service …]

Tout secret vient de l'environnement : l'accès du superutilisateur (`SBG_DSN_SUPERUTILISATEUR`) et
les mots de passe (`SBG_MDP_<SERVICE>_<ROLE>`). La liste des processus montre les arguments à tous.
"""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

ROLES = ("migrer", "api", "interne")
SUPERUTILISATEUR = "SBG_DSN_SUPERUTILISATEUR"
_NOM = re.compile(r"[a-z][a-z0-9_]{1,40}")


class _Refus(Exception):
    """Un argument de trop, ou une variable qui manque."""


@dataclass(frozen=True, slots=True)
class Acces:
    """Les trois DSN d'un service; chacun n'a que son rôle."""

    migrer: str
    api: str
    interne: str


async def provisionner(dsn: str, base: str, mots_de_passe: dict[str, str]) -> Acces:
    """Crée la base et ses rôles s'ils manquent, fixe leurs mots de passe; rend les DSN.

    Lève `ValueError` si le nom de base n'est pas simple.
    """
    if not _NOM.fullmatch(base):
        raise ValueError(f"« {base} » n'est pas un nom de base simple.")
    connexion = await asyncpg.connect(dsn)
    try:
        for role in ROLES:
            nom = f"{base}_{role}"
            if not await connexion.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", nom):
                await connexion.execute(
                    f"CREATE ROLE {nom} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS"
                )
            secret = await connexion.fetchval("SELECT quote_literal($1)", mots_de_passe[role])
            await connexion.execute(f"ALTER ROLE {nom} PASSWORD {secret}")
        if not await connexion.fetchval("SELECT true FROM pg_database WHERE datname = $1", base):
            await connexion.execute(f"CREATE DATABASE {base} OWNER {base}_migrer")
        await connexion.execute(f"REVOKE ALL ON DATABASE {base} FROM PUBLIC")
        await connexion.execute(f"GRANT CONNECT ON DATABASE {base} TO {base}_api, {base}_interne")
    finally:
        await connexion.close()
    return Acces(*(_dsn(dsn, base, role, mots_de_passe[role]) for role in ROLES))


def _dsn(dsn: str, base: str, role: str, secret: str) -> str:
    parties = urlsplit(dsn)
    adresse = f"{base}_{role}:{secret}@{parties.hostname}:{parties.port or 5432}"
    return urlunsplit((parties.scheme, adresse, f"/{base}", "", ""))


async def _principal(dsn: str, secrets: dict[str, dict[str, str]]) -> None:
    for service, siens in secrets.items():
        await provisionner(dsn, service, siens)
        print(f"Base « {service} » prête, avec ses trois rôles.")


def _lus(services: list[str]) -> tuple[str, dict[str, dict[str, str]]]:
    """L'accès et les mots de passe de l'environnement; un refus ne redit aucun secret."""
    if not services or not all(_NOM.fullmatch(service) for service in services):
        raise _Refus(
            "donnez des noms de bases simples; l'accès du superutilisateur se lit de "
            f"{SUPERUTILISATEUR}, jamais d'un argument"
        )
    noms = {s: {role: f"SBG_MDP_{s}_{role}".upper() for role in ROLES} for s in services}
    voulus = [SUPERUTILISATEUR, *(nom for siens in noms.values() for nom in siens.values())]
    if manquent := [nom for nom in voulus if not os.environ.get(nom)]:
        raise _Refus(f"il manque {', '.join(manquent)}")
    secrets = {s: {role: os.environ[nom] for role, nom in n.items()} for s, n in noms.items()}
    return os.environ[SUPERUTILISATEUR], secrets


if __name__ == "__main__":
    try:
        lus = _lus(sys.argv[1:])
    except _Refus as refus:
        print(f"provisionnement : {refus}.", file=sys.stderr)
        sys.exit(2)
    asyncio.run(_principal(*lus))

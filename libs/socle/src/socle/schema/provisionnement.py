"""Le provisionnement : la base d'un service et ses trois rôles, par un superutilisateur.

    python -m socle.schema.provisionnement DSN_SUPERUTILISATEUR service [service …]

Les mots de passe viennent de l'environnement (`SBG_MDP_<SERVICE>_<ROLE>`).
"""

import asyncio
import os
import re
import sys
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import asyncpg

ROLES = ("migrer", "api", "interne")
_NOM = re.compile(r"[a-z][a-z0-9_]{1,40}")


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


async def _principal(dsn: str, services: list[str]) -> None:
    for service in services:
        secrets = {role: os.environ[f"SBG_MDP_{service}_{role}".upper()] for role in ROLES}
        await provisionner(dsn, service, secrets)
        print(f"Base « {service} » prête, avec ses trois rôles.")


if __name__ == "__main__":
    asyncio.run(_principal(sys.argv[1], sys.argv[2:]))

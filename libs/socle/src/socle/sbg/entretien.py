"""L'entretien : un PostgreSQL ne s'écrit plus, et chaque API le dit poliment (503, Retry-After).

C'est la base qui refuse : nul rôle du service n'y passe outre, et les sessions déjà ouvertes
suivent aussitôt. Les lectures continuent; consommateurs et relais attendent, sans rien perdre.
"""

import asyncio
import json
from typing import Annotated, Final

import asyncpg
import typer

Dsn = Annotated[
    str, typer.Option("--dsn", envvar="ENTRETIEN_DSN", help="L'accès d'un superutilisateur.")
]
En_json = Annotated[bool, typer.Option("--json", help="Un objet JSON, une ligne.")]
GESTES: Final = {
    "ouvrir": "ALTER SYSTEM SET default_transaction_read_only = on",
    "fermer": "ALTER SYSTEM RESET default_transaction_read_only",
    "voir": "",
}
_LIRE: Final = "SELECT setting = 'on' FROM pg_settings WHERE name = 'default_transaction_read_only'"
ESSAIS: Final = 50


def ajouter(appli: typer.Typer) -> None:
    """Ajoute ces commandes à `sbg`."""
    groupe = typer.Typer(no_args_is_help=True)

    def geste(nom: str, aide: str) -> None:
        @groupe.command(nom, help=aide)
        def _(dsn: Dsn, json_: En_json = False) -> None:
            lecture_seule = asyncio.run(_faire(dsn, GESTES[nom]))
            if json_:
                typer.echo(json.dumps({"lecture_seule": lecture_seule}))
            else:
                typer.echo("lecture seule" if lecture_seule else "ouvert aux écritures")
            if nom != "voir" and lecture_seule != (nom == "ouvrir"):
                raise typer.Exit(1)

    geste("ouvrir", "La base se lit, et ne s'écrit plus.")
    geste("fermer", "La base s'écrit de nouveau.")
    geste("voir", "Dit si la base s'écrit.")
    appli.add_typer(groupe, name="entretien", help="Mettre un PostgreSQL en lecture seule.")


async def _faire(dsn: str, geste: str) -> bool:
    """Fait le geste et attend que le serveur l'ait relu; rend vrai s'il est en lecture seule."""
    connexion = await asyncpg.connect(dsn)
    try:
        avant = bool(await connexion.fetchval(_LIRE))
        if geste:
            await connexion.execute(geste)
            await connexion.execute("SELECT pg_reload_conf()")
        for _ in range(ESSAIS if geste else 1):
            if (lu := bool(await connexion.fetchval(_LIRE))) != avant:
                return lu
            await asyncio.sleep(0.02)
        return avant
    finally:
        await connexion.close()

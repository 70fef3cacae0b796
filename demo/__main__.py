"""La ligne de commande : `python -m demo jouer | servir | arreter | jeton ROLE [ORGANISME]`."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from demo import permanence
from demo.jouer import jouer as jouer_le_mois
from demo.systeme import SystemeEnDefaut

INTERROMPU = 130
console = Console(highlight=False)
appli = typer.Typer(
    help="Voir SBG vivre sur cette machine.", no_args_is_help=True, pretty_exceptions_enable=False
)


@appli.command()
def jouer() -> None:
    """Joue un mois complet et vérifie ses résultats."""
    raise typer.Exit(asyncio.run(jouer_le_mois(console, Path("sortie/demo"))))


@appli.command()
def servir() -> None:
    """Garde le système en marche, en arrière-plan."""
    permanence.servir(console)


@appli.command(hidden=True)
def tenir() -> None:
    """Tient le système en marche jusqu'à l'arrêt (appelé par « servir »)."""
    asyncio.run(permanence.tenir())


@appli.command()
def arreter() -> None:
    """Arrête ce que « servir » a démarré."""
    permanence.arreter(console)


@appli.command()
def jeton(
    role: str, organisme: Annotated[str, typer.Argument(help="Code d'organisme; vide : MCN.")] = ""
) -> None:
    """Imprime un jeton du système en marche."""
    console.print(permanence.jeton(role, organisme or None), soft_wrap=True)


def main() -> int:
    """Fait ce que dit la ligne de commande; un défaut prévu se dit en une phrase."""
    try:
        code = int(appli(standalone_mode=False) or 0)
    except SystemeEnDefaut as erreur:
        console.print(f"[red]{erreur}[/red]")
        return 1
    except typer.TyperException as erreur:
        console.print(f"{erreur}\nVoyez : python -m demo --help")
        return 2
    if code == INTERROMPU:
        console.print("Interrompu : tout est arrêté.")
    return code


if __name__ == "__main__":
    sys.exit(main())

"""La ligne de commande : `python -m demo jouer | servir | horloge | jeton | arreter`."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from demo import heure, jetons, permanence
from demo.acces import exiger_bac
from demo.defauts import SystemeEnDefaut
from demo.jouer import jouer as jouer_le_mois

INTERROMPU = 130
console = Console(highlight=False)
erreurs = Console(highlight=False, stderr=True)
appli = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


Port = Annotated[str, typer.Option(help="Bas de la plage de ports; vide : 8000.")]
Heure = Annotated[str, typer.Option(help="Heure de Québec, aaaa-mm-jjThh:mm; vide : du système.")]


@appli.callback()
def reserver(contexte: typer.Context) -> None:
    """Voir SBG vivre sur cette machine."""
    if contexte.invoked_subcommand != "arreter":  # arrêter ne nuit nulle part
        exiger_bac()


@appli.command()
def jouer(port: Port = "") -> None:
    """Joue un mois complet et vérifie ses résultats."""
    plage = permanence.lire_port(port)
    raise typer.Exit(asyncio.run(jouer_le_mois(console, Path("sortie/demo"), plage)))


@appli.command()
def servir(port: Port = "", horloge: Heure = "") -> None:
    """Garde le système en marche, en arrière-plan."""
    permanence.servir(console, port=port, horloge=horloge)


@appli.command(hidden=True)
def tenir(port: Port = "", horloge: Heure = "", *, lie: bool = False) -> None:
    """Tient le système en marche jusqu'à l'arrêt (appelé par « servir »)."""
    depart = heure.lire_instant(horloge) if horloge else None
    permanence.tenir(permanence.lire_port(port), depart, lie=lie)


@appli.command()
def arreter() -> None:
    """Arrête ce que « servir » a démarré."""
    permanence.arreter(console)


@appli.command()
def horloge(a: Annotated[str, typer.Argument(help="Heure de Québec, aaaa-mm-jjThh:mm.")]) -> None:
    """Avance l'heure d'affaires du système en marche."""
    console.print(f"Il est maintenant {heure.avancer(a):%Y-%m-%dT%H:%M:%S} à Québec.")


@appli.command()
def jeton(
    roles: Annotated[str, typer.Argument(help="Un rôle, ou plusieurs séparés par des virgules.")],
    organisme: Annotated[str, typer.Argument(help="Code d'organisme; vide : MCN.")] = "",
    sujet: Annotated[str, typer.Argument(help="La personne; vide : d'après les rôles.")] = "",
) -> None:
    """Imprime un jeton du système en marche."""
    console.print(jetons.jeton(roles, organisme, sujet), soft_wrap=True)


def main() -> int:
    """Fait ce que dit la ligne de commande; un défaut prévu se dit en une phrase."""
    # SIGTERM défait tout ce qui démarre, comme Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = int(appli(standalone_mode=False) or 0)
    except SystemeEnDefaut as erreur:
        erreurs.print(str(erreur), style="red", markup=False, soft_wrap=True)
        return erreur.sortie
    except typer.TyperException as erreur:
        erreurs.print(f"{erreur}\nVoyez : python -m demo --help", markup=False)
        return 2
    if code == INTERROMPU:
        console.print("Interrompu : tout est arrêté.")
    return code


if __name__ == "__main__":
    sys.exit(main())

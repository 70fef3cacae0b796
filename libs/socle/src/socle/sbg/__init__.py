"""La commande `sbg` : ce que l'exploitant fait d'un système, service par service.

Elle n'en sait rien d'elle-même : un service se déclare par le point d'entrée `sbg.services` de son
paquet, et ses commandes restent les siennes (`python -m <service> …`), que `sbg` appelle.

Sortie 0 : tout va, ou c'est fait; 1 : quelque chose ne va pas, ou ne s'est pas fait; 2 : la
commande est mal dite, ou le service ne peut démarrer. De plusieurs services, la pire.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Annotated

import typer

from socle.sbg import entretien, sauvegarde

GROUPE = "sbg.services"

Service = Annotated[
    list[str] | None,
    typer.Option("--service", help="Celui-là seulement, une fois par service; sinon, tous."),
]
En_json = Annotated[bool, typer.Option("--json", help="Un objet JSON par service, une ligne.")]

DELEGUEES = {
    "rebuts": "Les messages reçus qui ne peuvent être traités : lister, rejouer, écarter.",
    "stationnes": "Les événements dont un prédécesseur manque : lister, franchir, écarter.",
    "envois": "Les faits que le relais ne peut envoyer : lister, rejouer, écarter.",
    "reconstruire": "Refait les modèles de lecture depuis les sujets du bus.",
    "realigner": "Remet d'accord avec le bus une base restaurée.",
    "sujet": "Copie le sujet que le service publie, par tranches, ou le rend.",
    "conservation": "Ce qui se garde, combien de temps, qui l'emporte, et ce qui est échu.",
    "verifier-audit": "Refait la chaîne de hachage de l'audit.",
}
"""Ce que tout service a, et que `sbg` lui passe tel quel."""

DU_SEUL = {
    "differes": ("demandes", "Les actes de l'ITSM sans effet, différés ou refusés après."),
    "verifier-factures": ("facturation", "Compare l'émission qui vient au recalcul entier."),
}
"""Ce qu'un seul service a en propre."""


def services() -> list[str]:
    """Les services installés ici, triés."""
    return sorted(point.name for point in entry_points(group=GROUPE))


def main() -> None:
    """Le point d'entrée du paquet."""
    application()()


def application() -> typer.Typer:
    """Les commandes de `sbg`."""
    appli = typer.Typer(
        help="SBG – exploiter le système.", no_args_is_help=True, pretty_exceptions_enable=False
    )

    @appli.command("docteur", help="Examine chaque service : ce qui ne va pas, et quoi faire.")
    def _docteur(service: Service = None, json_: En_json = False) -> None:
        from socle.sbg import docteur  # noqa: PLC0415 -- tout le service, pour cette commande seule

        raise typer.Exit(docteur.examiner_tous(choisis(service), en_json=json_))

    for nom, aide in DELEGUEES.items():
        _deleguer(appli, nom, aide, nom)
    aide = "Rejoue les rebuts, la cause corrigée (--cle, --id, --tous)."
    _deleguer(appli, "rejouer", aide, "rebuts", "rejouer")
    for nom, (service, aide) in DU_SEUL.items():
        _du_seul(appli, nom, aide, service)
    sauvegarde.ajouter(appli)
    entretien.ajouter(appli)
    return appli


def choisis(noms: Sequence[str] | None) -> list[str]:
    """Ceux qu'on nomme, ou tous; lève `BadParameter` si l'un n'est pas installé."""
    installes = services()
    for nom in noms or ():
        if nom not in installes:
            connus = ", ".join(installes) or "aucun"
            raise typer.BadParameter(f"« {nom} » n'est pas installé ici. Installés : {connus}.")
    return list(noms) if noms else installes


def _appeler(noms: Sequence[str], mots: Sequence[str], *, en_json: bool) -> None:
    """Passe la commande à chaque service, dans son environnement; sort de la pire des sorties."""
    pire = 0
    for nom in noms:
        commande = [sys.executable, "-m", nom, *mots]
        if en_json:
            fini = subprocess.run(commande, check=False, capture_output=True, text=True)  # noqa: S603 -- notre propre paquet
            code = fini.returncode
            dits = {"lignes": fini.stdout.splitlines(), "bilan": fini.stderr.splitlines()}
            ligne = {"service": nom, "sortie": code, **dits}
            typer.echo(json.dumps(ligne, ensure_ascii=False))
        else:
            if len(noms) > 1:
                typer.echo(f"── {nom}", err=True)
            code = subprocess.run(commande, check=False).returncode  # noqa: S603 -- notre propre paquet
        pire = max(pire, code)
    raise typer.Exit(min(pire, 2) if pire >= 0 else 1)


_LIBRES = {"allow_extra_args": True, "ignore_unknown_options": True}
"""Ce qui suit la commande est au service : ses arguments et ses options."""


def _deleguer(appli: typer.Typer, nom: str, aide: str, *mots: str) -> None:
    """Une commande que chaque service a déjà; ce qui suit lui est passé tel quel."""

    @appli.command(nom, help=aide, context_settings=_LIBRES)
    def _(contexte: typer.Context, service: Service = None, json_: En_json = False) -> None:
        _appeler(choisis(service), [*mots, *contexte.args], en_json=json_)


def _du_seul(appli: typer.Typer, commande: str, aide: str, service: str) -> None:
    @appli.command(commande, help=aide, context_settings=_LIBRES)
    def _(contexte: typer.Context, json_: En_json = False) -> None:
        _appeler(choisis([service]), [commande, *contexte.args], en_json=json_)

"""La ligne de commande d'un service : `python -m <service> api | consommateur | relais | …`."""

import asyncio
import contextlib
import gc
import os
from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial
from inspect import signature
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

import structlog
import typer
import uvloop
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console

from noyau import Acteur
from socle import commandes
from socle.bd.pannes import est_panne
from socle.execution.sceaux import verifier
from socle.exploitation.journaux import installer_journaux
from socle.exploitation.mesures import Mesures
from socle.operateur import exploitant
from socle.reglages import (
    DOSSIER_SECRETS,
    PREFIXE,
    ReglageManquant,
    Reglages,
    variables_inconnues,
)
from socle.roles import Roles
from socle.roles.relais import taches_de_la_base
from socle.service import Commande, Contexte, Groupe, Service
from socle.surveillance.controle import BaseRefusee
from socle.taches import une_fois
from socle.validation import fautes_en_francais

R = TypeVar("R", bound=Reglages)
console = Console(stderr=True, highlight=False)
journal = structlog.get_logger()


def lancer(service: Service[Any]) -> None:
    """Lit la ligne de commande et fait tourner le rôle demandé."""
    commande(service)()


def commande(service: Service[Any]) -> typer.Typer:
    """Les commandes d'un service."""
    appli = typer.Typer(
        help=f"SBG – {service.titre}.", no_args_is_help=True, pretty_exceptions_enable=False
    )

    def role(nom: str, aide: str, *tous: str) -> None:
        @appli.command(nom, help=aide)
        def _() -> None:
            _courir(service, nom, lambda roles: roles.tourner(frozenset(tous or (nom,))))

    role("api", "Sert l'API REST.")
    role("consommateur", "Consomme les événements du bus.")
    role("relais", "Porte les faits au bus et fait les tâches périodiques.")
    role("tout", "Tient les trois rôles dans un seul processus.", "api", "consommateur", "relais")

    @appli.command("migrer", help="Met la base au schéma du code; crée les sujets du bus.")
    def _migrer() -> None:
        _courir(service, "migrer", lambda r: r.migrer())

    @appli.command("verifier-audit", help="Refait la chaîne de hachage de l'audit.")
    def _audit() -> None:
        _courir(service, "verifier-audit", _verifier_audit)

    @appli.command("tache", help="Fait une tâche périodique jusqu'au bout, maintenant.")
    def _tache(nom: str) -> None:
        _courir(service, "tache", lambda r: _faire_tache(r, nom))

    commandes.ajouter(appli, lambda nom, faire: _courir(service, nom, faire))
    _ajouter(appli, service)
    return appli


def _ajouter(appli: typer.Typer, service: Service[Any]) -> None:
    """Les commandes que le service a en propre."""
    for une in service.commandes:
        if isinstance(une, Groupe):
            groupe = typer.Typer(no_args_is_help=True)
            for sienne in une.commandes:
                _ajouter_une(groupe, service, sienne)
            appli.add_typer(groupe, name=une.nom, help=une.aide)
        else:
            _ajouter_une(appli, service, une)


def _ajouter_une(appli: typer.Typer, service: Service[Any], une: Commande) -> None:
    def commander(**valeurs: object) -> None:
        _courir(service, une.nom, lambda r: _commander(r, une, valeurs))

    siennes = signature(une.faire)
    # Les deux premiers sont le contexte et de quoi dire; le reste se lit de la ligne de commande.
    options = list(siennes.parameters.values())[2:]
    commander.__signature__ = siennes.replace(parameters=options)  # type: ignore[attr-defined]
    appli.command(une.nom, help=une.aide)(commander)


async def _commander(roles: Roles[Any], une: Commande, valeurs: Mapping[str, object]) -> None:
    async with roles.moteur("interne") as moteur:
        mesures, acteur = Mesures(roles.service.nom), Acteur(exploitant())
        contexte = Contexte(roles.executeur(moteur), mesures, acteur=acteur)
        # Ni balise, ni ligne coupée : ce qu'elle dit se lit aussi d'un fichier.
        dire = partial(console.print, markup=False, soft_wrap=True)
        if not await une.faire(contexte, dire, **valeurs):
            raise typer.Exit(1)


def _courir(
    service: Service[Any], role: str, faire: Callable[[Roles[Any]], Coroutine[Any, Any, None]]
) -> None:
    try:
        reglages = lire_reglages(service)
        installer_journaux(service.nom, role, reglages.journal)
        for variable, proche in reglages_inconnus(service):
            journal.warning("reglage.inconnu", variable=variable, proche=proche)
        roles = Roles(service, reglages)
        # Ce que les imports ont bâti ne mourra plus : le ramasse-miettes le relirait à chaque lot,
        # un quart du temps d'une consommation.
        gc.collect()
        gc.freeze()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as boucle:
            boucle.run(faire(roles))
    except ValidationError as erreur:
        for variable, faute in fautes_des_reglages(erreur):
            console.print(f"{variable} : {faute}", soft_wrap=True)
        raise typer.Exit(2) from None
    except (ReglageManquant, BaseRefusee, ValueError) as erreur:
        console.print(f"{service.nom} ne peut démarrer : {erreur}", soft_wrap=True)
        raise typer.Exit(2) from None
    except Exception as erreur:
        if not est_panne(erreur):
            raise
        raison = f"la base ou le bus ne répond pas ({type(erreur).__name__})"
        console.print(f"{service.nom}, {role} : {raison}. Rien de plus n'est fait.", soft_wrap=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def lire_reglages(service: Service[R]) -> R:
    """Les réglages du service; lève `ValidationError`, ou `ReglageManquant` s'ils se lisent mal."""
    dossier = os.environ.get(DOSSIER_SECRETS)
    if dossier is not None and not Path(dossier).is_dir():
        raise ReglageManquant(f"{DOSSIER_SECRETS} : {dossier} n'est pas un dossier.")
    try:
        return service.reglages(_secrets_dir=dossier)
    except SettingsError as erreur:
        # « error parsing value for field "base" from source … »
        champ = str(erreur).split('"')[1].upper()
        raise ReglageManquant(f"{PREFIXE}{champ} : le JSON est mal formé.") from None


def reglages_inconnus(service: Service[Any]) -> list[tuple[str, str | None]]:
    """Les `SBG_…` de l'environnement que le service ne lit pas, et celle qui leur ressemble."""
    return variables_inconnues(service.reglages, os.environ)


def fautes_des_reglages(erreur: ValidationError) -> Iterator[tuple[str, str]]:
    """Chaque variable fautive, et ce qu'on lui reproche; sa valeur ne se redit pas."""
    for detail, faute in zip(erreur.errors(), fautes_en_francais(erreur.errors()), strict=False):
        # Passé un rang de liste, le lieu ne nomme plus une variable.
        noms = takewhile(lambda partie: isinstance(partie, str), detail["loc"])
        lieu = "__".join(str(nom).upper() for nom in noms)
        yield f"Réglage {PREFIXE}{lieu}" if lieu else "Réglages", faute["faute"]


async def _verifier_audit(roles: Roles[Any]) -> None:
    async with roles.moteur("interne") as moteur:
        resultat = await verifier(moteur)
    if resultat.rupture is not None:
        console.print(f"La chaîne est rompue au sceau {resultat.rupture}.")
        raise typer.Exit(1)
    console.print(
        f"Chaîne intacte. Sceaux : {resultat.sceaux}, dont oubliés : {resultat.oublies};"
        f" écritures : {resultat.lignes}."
    )


async def _faire_tache(roles: Roles[Any], nom: str) -> None:
    async with roles.moteur("interne") as moteur:
        taches = {**roles.taches, **{t.nom: t for t in taches_de_la_base(roles, moteur)}}
        if nom not in taches:
            raise ReglageManquant(f"tâche inconnue : {nom}. Tâches : {', '.join(sorted(taches))}.")
        contexte = Contexte(roles.executeur(moteur), Mesures(roles.service.nom))
        with contextlib.suppress(asyncio.CancelledError):
            console.print(f"Tâche {nom}; faits : {await une_fois(moteur, taches[nom], contexte)}.")

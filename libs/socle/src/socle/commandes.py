"""Les commandes de l'opérateur : `python -m <service> rebuts | stationnes | envois | sujet | …`.

Sortie 0 : c'est fait, ou la liste est dite; 1 : quelque chose ne l'est pas; 2 : la commande est mal
dite, ou le service ne peut démarrer.
"""

import json
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from noyau import instant_plausible
from socle.bd.pannes import est_panne
from socle.bus.copie import CopieRefusee, exporter, rendre
from socle.bus.enveloppe import Message
from socle.bus.kafka import membres, preparer_sujets
from socle.conservation import compter_les_echus
from socle.exploitation.mesures import Mesures
from socle.operateur import (
    PAR_APPEL,
    Attente,
    Choix,
    Garde,
    Operateur,
    decrire,
    exploitant,
    visible,
)
from socle.reception.realignement import Realigne, realigner
from socle.reception.reception import CLE_GARDEE, raison_de
from socle.reception.reconstruction import COMPTE_MAXIMAL, ARefaire, compter, reconstruire
from socle.roles import Roles

Courir = Callable[[str, Callable[[Roles[Any]], Coroutine[Any, Any, None]]], None]
"""Fait tourner une commande de ce nom, avec les rôles du service."""

console = Console(stderr=True, highlight=False, soft_wrap=True)

Id = Annotated[UUID | None, typer.Option("--id", help="Ce fait seulement.")]
Cle = Annotated[str | None, typer.Option("--cle", help="Les faits de cette clé.")]
Sujet = Annotated[str | None, typer.Option("--sujet", help="Les faits de ce sujet du bus.")]
Tous = Annotated[bool, typer.Option("--tous", help="Tous ceux qui attendent.")]
Motif = Annotated[str, typer.Option("--motif", help="Pourquoi; l'audit le garde.")]
Dossier = Annotated[Path, typer.Argument(help="Le dossier de la copie.", file_okay=False)]

AIDES = {
    Attente.REBUTS: "Les messages reçus qui ne peuvent être traités.",
    Attente.STATIONNES: "Les événements dont un prédécesseur manque.",
    Attente.ENVOIS: "Les faits que le relais ne peut envoyer.",
}


def ajouter(appli: typer.Typer, courir: Courir) -> None:
    """Ajoute les commandes de l'opérateur à celles d'un service."""
    for attente in Attente:
        appli.add_typer(_sur(attente, courir), name=attente.value, help=AIDES[attente])

    @appli.command("realigner", help="Remet d'accord avec le bus une base restaurée.")
    def _realigner(
        depuis: Annotated[
            str, typer.Option("--depuis", help="L'instant restauré, avec son fuseau; ou « debut ».")
        ],
        limite: Annotated[int, typer.Option(min=0, max=100_000, help="Lignes, au plus.")] = 200,
        oui: Annotated[bool, typer.Option("--oui", help="Écrit sans demander.")] = False,
    ) -> None:
        instant = _instant(depuis)
        courir("realigner", lambda roles: _aligner(roles, instant, limite, oui=oui))

    @appli.command("conservation", help="Ce qui se garde, combien de temps, et ce qui est échu.")
    def _conservation(
        json_: Annotated[bool, typer.Option("--json", help="Un objet JSON par famille.")] = False,
    ) -> None:
        courir("conservation", lambda roles: _dire_la_conservation(roles, en_json=json_))

    @appli.command("reconstruire", help="Refait les modèles de lecture depuis les sujets du bus.")
    def _reconstruire(
        oui: Annotated[bool, typer.Option("--oui", help="Efface sans demander.")] = False,
    ) -> None:
        courir("reconstruire", lambda roles: _refaire(roles, oui=oui))

    _ajouter_sujet(appli, courir)


def _ajouter_sujet(appli: typer.Typer, courir: Courir) -> None:
    """La copie du sujet que le service publie."""
    groupe = typer.Typer(no_args_is_help=True)
    appli.add_typer(groupe, name="sujet", help="La copie du sujet que le service publie.")

    @groupe.command("exporter", help="Copie ce qu'il a reçu depuis la tranche précédente.")
    def _exporter(vers: Dossier) -> None:
        courir("sujet", lambda roles: _exporter_le_sujet(roles, vers))

    @groupe.command("rendre", help="Rend au sujet, vide, tout ce que porte la copie.")
    def _rendre(de: Dossier) -> None:
        courir("sujet", lambda roles: _rendre_le_sujet(roles, de))


async def _exporter_le_sujet(roles: Roles[Any], vers: Path) -> None:
    with _copie_refusee():
        tranche = await exporter(roles.bus, roles.service.sujet, vers)
    console.print(f"{tranche.sujet} : {tranche.messages} messages de plus dans {vers}.")


async def _rendre_le_sujet(roles: Roles[Any], de: Path) -> None:
    with _copie_refusee():
        await preparer_sujets(roles.bus, roles.service.sujets)
        rendus = await rendre(roles.bus, roles.service.sujet, de)
    console.print(f"{roles.service.sujet} : {rendus} messages rendus, à leurs positions.")


@contextmanager
def _copie_refusee() -> Iterator[None]:
    try:
        yield
    except CopieRefusee as refus:
        console.print(str(refus))
        raise typer.Exit(1) from None


def _sur(attente: Attente, courir: Courir) -> typer.Typer:
    """Lister, rejouer ou franchir, écarter ce qui attend là."""
    appli = typer.Typer(no_args_is_help=True)
    nom = attente.value

    @appli.command("lister", help="Liste ce qui attend, par clé et par rang.")
    def _lister(
        cle: Cle = None,
        sujet: Sujet = None,
        limite: Annotated[int, typer.Option(min=1, max=1_000, help="Lignes, au plus.")] = 50,
    ) -> None:
        courir(nom, lambda roles: _lister_les(roles, attente, Choix(None, cle, sujet), limite))

    aide = "ce qui suit n'attend plus"
    if attente is Attente.STATIONNES:
        aide = "« franchir » dit ensuite que sa place ne viendra pas"

    @appli.command("ecarter", help=f"Renonce pour de bon : {aide}.")
    def _ecarter(
        motif: Motif, id_: Id = None, cle: Cle = None, sujet: Sujet = None, tous: Tous = False
    ) -> None:
        choix, dit = _choisir(id_, cle, sujet, tous=tous), _motiver(motif)
        courir(nom, lambda roles: _traiter(roles, attente, choix, "écarté", dit))

    if attente is Attente.STATIONNES:
        _ajouter_franchir(appli, courir)
    else:
        _ajouter_rejouer(appli, attente, courir)
    return appli


def _ajouter_franchir(appli: typer.Typer, courir: Courir) -> None:
    @appli.command("franchir", help="Renonce aux prédécesseurs absents d'une clé.")
    def _franchir(
        motif: Motif, id_: Id = None, cle: Cle = None, sujet: Sujet = None, tous: Tous = False
    ) -> None:
        choix, dit = _choisir(id_, cle, sujet, tous=tous), _motiver(motif)
        courir(Attente.STATIONNES, lambda roles: _franchir_les(roles, choix, dit))


def _ajouter_rejouer(appli: typer.Typer, attente: Attente, courir: Courir) -> None:
    @appli.command("rejouer", help="Traite de nouveau, une fois la cause corrigée.")
    def _rejouer(id_: Id = None, cle: Cle = None, sujet: Sujet = None, tous: Tous = False) -> None:
        choix = _choisir(id_, cle, sujet, tous=tous)
        courir(attente, lambda roles: _traiter(roles, attente, choix, "rejoué", None))


def _choisir(id_: UUID | None, cle: str | None, sujet: str | None, *, tous: bool) -> Choix:
    dits = (id_, cle, sujet)
    if tous == any(dit is not None for dit in dits):
        raise typer.BadParameter("dites lesquels : --id, --cle, --sujet, ou --tous seul")
    return Choix(*dits)


def _motiver(motif: str) -> str:
    motif = motif.strip()
    if not motif or len(motif) > 500 or not motif.isprintable():
        raise typer.BadParameter("le motif tient en une ligne, de 1 à 500 caractères")
    return motif


@asynccontextmanager
async def _operateur(roles: Roles[Any]) -> AsyncIterator[Operateur]:
    async with roles.moteur("interne") as moteur:
        reception = roles.reception(moteur, Mesures(roles.service.nom))
        yield Operateur(reception, roles.service.sujet)


async def _lister_les(roles: Roles[Any], attente: Attente, choix: Choix, limite: int) -> None:
    async with _operateur(roles) as operateur:
        gardes = await operateur.lister(attente, choix, limite)
    for garde in gardes:
        _dire(garde)
    console.print(f"{attente} : {len(gardes)} (au plus {limite} par appel).")


async def _traiter(
    roles: Roles[Any], attente: Attente, choix: Choix, fait: str, motif: str | None
) -> None:
    """Rejoue chaque fait choisi, ou l'écarte s'il y a un motif; chacun seul."""
    echecs = 0
    async with _operateur(roles) as operateur:
        gardes = await operateur.lister(attente, choix, PAR_APPEL)
        for garde in gardes:
            _dire(garde)
            try:
                if motif is None:
                    encore_la = await operateur.rejouer(attente, garde)
                else:
                    encore_la = await operateur.ecarter(attente, garde, motif)
            except Exception as erreur:
                if est_panne(erreur):
                    raise
                echecs += 1
                typer.echo(f"  échoue encore : {raison_de(erreur)}")
            else:
                typer.echo(f"  {fait}" if encore_la else "  n'attend plus : déjà réglé")
    console.print(f"{attente} : {len(gardes) - echecs} {fait}, {echecs} en échec.")
    _finir(tenu=not echecs and (bool(gardes) or choix == Choix()))


async def _franchir_les(roles: Roles[Any], choix: Choix, motif: str) -> None:
    """Franchit le trou de chaque clé choisie; ce qui était stationné derrière se traite."""
    retenues = 0
    async with _operateur(roles) as operateur:
        gardes = await operateur.lister(Attente.STATIONNES, choix, PAR_APPEL)
        for garde in {(g.sujet, g.cle): g for g in reversed(gardes)}.values():
            _dire(garde)
            try:
                trou = await operateur.franchir(garde, motif)
            except ValueError as refus:
                retenues += 1
                typer.echo(f"  refusé : {refus}")
            else:
                dit = "rien ne manque" if trou is None else f"franchi, nº {trou[0]} à {trou[1]}"
                typer.echo(f"  {dit}")
    _finir(tenu=bool(gardes) and not retenues)


async def _refaire(roles: Roles[Any], *, oui: bool) -> None:
    service = roles.service
    a_refaire = ARefaire(
        service.nom, service.tables.sorted_tables, service.copies, service.sujets_lus
    )
    await _exiger_sans_membre(roles)
    async with roles.moteur("interne", malgre_l_entretien=True) as moteur:
        typer.echo(f"Ce qui s'efface, puis se refait de {', '.join(a_refaire.sujets)} :")
        for table, nombre in (await compter(moteur, a_refaire)).items():
            borne = " ou plus" if nombre == COMPTE_MAXIMAL else ""
            typer.echo(f"  {table} : {nombre}{borne}")
        if not oui and not _confirmer("Effacer et refaire?"):
            raise typer.Exit(2)
        reception = roles.reception(moteur, Mesures(service.nom))
        await reconstruire(moteur, a_refaire, reception, roles.bus, console)


async def _exiger_sans_membre(roles: Roles[Any]) -> None:
    """Sort en erreur si un consommateur du service tourne, et que le bus sait le dire."""
    nom = roles.service.nom
    noms = await membres(roles.bus, nom)
    if noms is None:
        console.print("Ce bus ne dit pas ses membres : qu'aucun consommateur ne tourne.")
    elif noms:
        console.print(
            f"Le groupe {nom} a un membre ({', '.join(noms)}) : arrêtez ses consommateurs."
        )
        raise typer.Exit(1)


def _instant(texte: str) -> datetime | None:
    """L'instant restauré; rien pour « debut ». Lève `BadParameter` s'il n'a pas de fuseau."""
    if texte == "debut":
        return None
    try:
        return instant_plausible(datetime.fromisoformat(texte))
    except ValueError:
        raise typer.BadParameter(
            "un instant avec son fuseau est attendu (2026-11-27T14:05:00-05:00), ou « debut »"
        ) from None


async def _aligner(roles: Roles[Any], depuis: datetime | None, limite: int, *, oui: bool) -> None:
    service = roles.service
    await _exiger_sans_membre(roles)
    typer.echo(f"Les rangs de {service.sujet} suivront le bus; ce qui fut reçu se recevra encore.")
    if not oui and not _confirmer("Réaligner?"):
        raise typer.Exit(2)
    vise = Realigne(service.nom, service.sujet, service.sujets_lus, depuis)
    restent = iter(range(limite))

    def dire(message: Message) -> None:
        if next(restent, None) is not None:
            typer.echo(_orphelin(message))

    async with roles.moteur("interne", malgre_l_entretien=True) as moteur:
        bilan = await realigner(
            moteur, vise, roles.orphelins(moteur), roles.bus, dire, exploitant()
        )
    console.print(
        f"{service.nom} : {bilan.lus} faits publiés relus, {bilan.orphelins} que la base ne savait"
        f" plus (au plus {limite} dits), {bilan.deja_partis} déjà partis."
    )
    for sujet, nombre in sorted(bilan.relus.items()):
        console.print(f"  {sujet} : {nombre} messages à recevoir encore")


def _orphelin(message: Message) -> str:
    """Un fait que le bus garde seul; rien de ce qu'il porte, qui peut être personnel."""
    cle, le = message.cle[:CLE_GARDEE], message.en_tetes.get("ce_recordedtime", "")
    place = f"clé {visible(cle)}  nº {message.sequence}"
    return f"{visible(message.type)}  {place}  du {visible(le)}  id {message.identifiant}"


def _confirmer(question: str) -> bool:
    if not sys.stdin.isatty():
        console.print("Rien n'est changé : sans terminal, confirmez par --oui.")
        return False
    return typer.confirm(question)


def _dire(garde: Garde) -> None:
    typer.echo("  ".join(f"{nom} {valeur}" for nom, valeur in decrire(garde).items()))


def _finir(*, tenu: bool) -> None:
    if not tenu:
        raise typer.Exit(1)


async def _dire_la_conservation(roles: Roles[Any], *, en_json: bool) -> None:
    """La table de conservation, une ligne par famille; ne change rien."""
    async with roles.moteur("interne") as moteur:
        for famille in roles.service.familles(roles.reglages):
            echues = await compter_les_echus(moteur, famille, roles.horloge)
            dits = {
                "famille": famille.nom, "table": famille.table, "duree": famille.duree,
                "porte_par": famille.porte_par, "echues": echues, "libelle": famille.libelle,
            }  # fmt: skip
            if en_json:
                typer.echo(json.dumps(dits, ensure_ascii=False))
            else:
                typer.echo("  ".join("–" if dit is None else str(dit) for dit in dits.values()))

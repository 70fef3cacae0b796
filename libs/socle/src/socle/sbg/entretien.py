"""L'entretien : un PostgreSQL ne s'écrit plus, et chaque API le dit poliment (503, Retry-After).

C'est la base qui refuse : nul rôle du service n'y passe outre, et les sessions déjà ouvertes
suivent aussitôt. Les lectures continuent; consommateurs et relais attendent, sans rien perdre. La
fin prévue se garde dans la base même, et pourquoi hors d'une plage : l'API dit la fin à qui est
refusé. De même l'entretien annoncé, que l'API dit d'avance à tous.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Final

import asyncpg
import typer

from noyau import en_utc, instant_plausible
from pages.ecriture import instant as ecrit
from socle.bd.entretien import ANNONCE, FIN_D_ENTRETIEN, annonce_lue, fin_lue
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.horloge import horloge_systeme
from socle.sbg.regles import (
    Etat,
    Plage,
    Refuse,
    annonce_jugee,
    exiger_rien_en_cours,
    fermeture,
    motif_juge,
    ouverture,
)

GROUPE: Final = "sbg.plages"
"""Le point d'entrée de qui connaît les plages d'entretien : le socle n'en sait rien."""
Plages = Callable[[datetime, Iterable[Mapping[str, object]] | None], Plage]
Dsn = Annotated[
    str, typer.Option("--dsn", envvar="ENTRETIEN_DSN", help="L'accès d'un superutilisateur.")
]
En_json = Annotated[bool, typer.Option("--json", help="Un objet JSON, une ligne.")]
Jusqua = Annotated[
    str | None,
    typer.Option("--jusqua", help="La fin prévue, avec son fuseau; sinon, celle de la plage."),
]
HorsPlage = Annotated[
    str | None,
    typer.Option("--hors-plage", help="Pourquoi hors d'une plage d : cela compte (SLA-5)."),
]
De = Annotated[str, typer.Option("--de", help="Quand il commencera, avec son fuseau.")]
Calendrier = Annotated[
    Path | None,
    typer.Option("--calendrier", help="Une version publiée, ou plusieurs (JSON)."),
]
MOTIF: Final = "sbg.entretien_motif"
MOTIF_ANNONCE: Final = "sbg.entretien_annonce_motif"
_LECTURE_SEULE: Final = "default_transaction_read_only"
_LIRE: Final = """
SELECT (SELECT setting = 'on' FROM pg_settings WHERE name = $1) AS lecture_seule,
       NULLIF(current_setting($2, true), '') AS fin,
       NULLIF(current_setting($3, true), '') AS motif,
       NULLIF(current_setting($4, true), '') AS annonce,
       NULLIF(current_setting($5, true), '') AS motif_annonce
"""
_DE_L_ANNONCE: Final = frozenset({ANNONCE, MOTIF_ANNONCE})
_RELIRE: Final = 250
_REPONDRE: Final = DelaisBase(instruction=10_000)


class Injoignable(Exception):
    """PostgreSQL ne répond pas, ou ne veut pas de cet accès; le message ne redit aucun secret."""


Vouloir = Callable[[Etat], Etat]
"""De l'état trouvé, celui qu'on veut; lève `Refuse`."""


def ajouter(appli: typer.Typer) -> None:
    """Ajoute ces commandes à `sbg`."""
    groupe = typer.Typer(no_args_is_help=True)
    _ajouter_plage(groupe)
    _ajouter_annoncer(groupe)
    _ajouter_ouvrir(groupe)

    @groupe.command("fermer", help="La base s'écrit de nouveau.")
    def _fermer(dsn: Dsn, json_: En_json = False) -> None:
        _faire(dsn, lambda trouve: fermeture(horloge_systeme(), trouve), en_json=json_)

    @groupe.command("voir", help="Dit si la base s'écrit, et quand elle s'écrira; ne change rien.")
    def _voir(dsn: Dsn, json_: En_json = False) -> None:
        _faire(dsn, None, en_json=json_)

    appli.add_typer(groupe, name="entretien", help="Mettre un PostgreSQL en lecture seule.")


def _ajouter_plage(groupe: typer.Typer) -> None:
    @groupe.command("plage", help="Dit la plage d en cours, ou la prochaine.")
    def _plage(calendrier: Calendrier = None, json_: En_json = False) -> None:
        debut, fin = _lire_la_plage(horloge_systeme(), calendrier)
        en_cours = debut <= horloge_systeme()
        if json_:
            dits = {"debut": debut.isoformat(), "fin": fin.isoformat(), "en_cours": en_cours}
            typer.echo(json.dumps(dits))
        else:
            sorte = "en cours" if en_cours else "prochaine"
            typer.echo(f"plage {sorte} : du {ecrit(debut)} au {ecrit(fin)}")


def _ajouter_annoncer(groupe: typer.Typer) -> None:
    @groupe.command("annoncer", help="Dit d'avance un entretien à tous; une annonce à la fois.")
    def _annoncer(
        dsn: Dsn,
        de: De,
        jusqua: Jusqua = None,
        hors_plage: HorsPlage = None,
        calendrier: Calendrier = None,
        json_: En_json = False,
    ) -> None:
        debut, demandee = _instant(de), None if jusqua is None else _instant(jusqua)

        def vouloir(trouve: Etat) -> Etat:
            motif = None if hors_plage is None else motif_juge(hors_plage)
            plage = partial(_lire_la_plage, calendrier=calendrier)
            exiger_rien_en_cours(horloge_systeme(), trouve)
            dite = annonce_jugee(horloge_systeme(), debut, demandee, motif, plage)
            return trouve._replace(annonce=dite, motif_annonce=motif)

        _faire(dsn, vouloir, en_json=json_, seulement=_DE_L_ANNONCE)

    @groupe.command("taire", help="Retire l'annonce; l'entretien ouvert, s'il l'est, tient.")
    def _taire(dsn: Dsn, json_: En_json = False) -> None:
        def vouloir(trouve: Etat) -> Etat:
            return trouve._replace(annonce=None, motif_annonce=None)

        _faire(dsn, vouloir, en_json=json_, seulement=_DE_L_ANNONCE)


def _ajouter_ouvrir(groupe: typer.Typer) -> None:
    @groupe.command("ouvrir", help="La base se lit, et ne s'écrit plus.")
    def _ouvrir(
        dsn: Dsn,
        jusqua: Jusqua = None,
        hors_plage: HorsPlage = None,
        calendrier: Calendrier = None,
        json_: En_json = False,
    ) -> None:
        demandee = None if jusqua is None else _instant(jusqua)

        def vouloir(trouve: Etat) -> Etat:
            plage = partial(_lire_la_plage, calendrier=calendrier)
            return ouverture(horloge_systeme(), trouve, demandee, hors_plage, plage)

        _faire(dsn, vouloir, en_json=json_)


def _lire_la_plage(le: datetime, calendrier: Path | None) -> Plage:
    """La plage d où tombe l'instant, sinon la prochaine; lève `BadParameter`."""
    connues = [point.load() for point in entry_points(group=GROUPE)]
    if not connues:
        raise typer.BadParameter("nul ne connaît ici les plages d : donnez --hors-plage")
    plages: Plages = connues[0]
    if calendrier is None:
        return plages(le, None)
    try:
        lu: Any = json.loads(calendrier.read_text("utf-8"))
        return plages(le, [lu] if isinstance(lu, dict) else lu)
    except (OSError, ValueError, KeyError, TypeError) as erreur:
        raise typer.BadParameter(f"{calendrier} : calendrier illisible ({erreur})") from None


def _instant(texte: str) -> datetime:
    try:
        return instant_plausible(datetime.fromisoformat(texte))
    except ValueError:
        raise typer.BadParameter("un instant avec son fuseau est attendu") from None


def _faire(
    dsn: str, vouloir: Vouloir | None, *, en_json: bool, seulement: frozenset[str] | None = None
) -> None:
    """Pose l'état voulu, s'il en est un, et dit où en est la base.

    `seulement` : les réglages qu'on pose; rien : tous.

    Sort 1 si c'est refusé ou que la base n'est pas comme on la voulait, 2 si elle est injoignable.
    """
    try:
        trouve, voulu, lu = asyncio.run(_executer(dsn, vouloir, seulement))
    except (Refuse, Injoignable) as erreur:
        typer.echo(str(erreur), err=True)
        raise typer.Exit(1 if isinstance(erreur, Refuse) else 2) from None
    if voulu.lecture_seule and trouve.fin not in {None, voulu.fin}:
        typer.echo(f"La fin déjà dite, le {_ecrite(trouve.fin)}, est remplacée.", err=True)
    if trouve.annonce is not None and voulu.annonce not in {None, trouve.annonce}:
        typer.echo(f"L'annonce d'avant, {_annoncee(trouve)}, est remplacée.", err=True)
    _dire(lu, en_json=en_json)
    if lu != voulu:
        typer.echo(
            "Le serveur n'a pas encore relu ses réglages : « sbg entretien voir ».", err=True
        )
        raise typer.Exit(1)


def _dire(lu: Etat, *, en_json: bool) -> None:
    """Où en est la base, en JSON ou en une à quatre lignes."""
    if en_json:
        annonce = None
        if lu.annonce is not None:
            debut, fin_annoncee = (instant.isoformat() for instant in lu.annonce)
            annonce = {"debut": debut, "fin": fin_annoncee, "motif": lu.motif_annonce}
        fin = None if lu.fin is None else lu.fin.isoformat()
        dits = {"lecture_seule": lu.lecture_seule, "fin_prevue": fin, "motif": lu.motif}
        typer.echo(json.dumps({**dits, "annonce": annonce}, ensure_ascii=False))
        return
    dit = f", jusqu'au {_ecrite(lu.fin)}" if lu.fin else ""
    typer.echo(f"lecture seule{dit}" if lu.lecture_seule else "ouvert aux écritures")
    if lu.motif:
        typer.echo(f"hors plage, compté au taux (SLA-5) : {lu.motif}")
    if lu.annonce is not None:
        typer.echo(f"annoncé : {_annoncee(lu)}")
        if lu.motif_annonce:
            typer.echo(f"hors plage, comptera au taux (SLA-5) : {lu.motif_annonce}")


def _annoncee(etat: Etat) -> str:
    return "" if etat.annonce is None else "du {} au {}".format(*map(ecrit, etat.annonce))


def _ecrite(fin: datetime | None) -> str:
    return "" if fin is None else ecrit(en_utc(fin))


async def _executer(
    dsn: str, vouloir: Vouloir | None, seulement: frozenset[str] | None
) -> tuple[Etat, Etat, Etat]:
    """L'état trouvé, le voulu, et celui que le serveur a relu; lève `Injoignable`, `Refuse`."""
    try:
        moteur = ouvrir_moteur(dsn, _REPONDRE)
    except ValueError as erreur:
        raise Injoignable(f"ENTRETIEN_DSN : {erreur}") from None
    try:
        async with moteur.a_part() as pilote:
            trouve = await _lire(pilote)
            if vouloir is None:
                return trouve, trouve, trouve
            voulu = vouloir(trouve)
            for geste in _gestes(voulu, seulement):
                await pilote.execute(geste)
            await pilote.execute("SELECT pg_reload_conf()")
            return trouve, voulu, await _attendre(pilote, voulu)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as erreur:
        raise Injoignable(_raison(erreur)) from None


def _raison(erreur: BaseException) -> str:
    code = getattr(erreur, "sqlstate", None) or ""
    if code == "42501":
        return "Cet accès n'en a pas le droit : il faut celui d'un superutilisateur."
    if code.startswith("28"):
        return "PostgreSQL refuse cet accès : vérifiez le rôle et le mot de passe d'ENTRETIEN_DSN."
    if code == "3D000":
        return "La base que nomme ENTRETIEN_DSN n'existe pas."
    if code and not code.startswith(("08", "57P")):
        return (
            f"PostgreSQL refuse (code {code}); rien n'est posé que « sbg entretien voir » ne dise."
        )
    return "PostgreSQL ne répond pas : vérifiez l'hôte et le port d'ENTRETIEN_DSN, et qu'il tourne."


async def _lire(pilote: asyncpg.Connection) -> Etat:
    noms = (_LECTURE_SEULE, FIN_D_ENTRETIEN, MOTIF, ANNONCE, MOTIF_ANNONCE)
    lu = await pilote.fetchrow(_LIRE, *noms)
    annonce = annonce_lue(lu["annonce"])
    motif_annonce = lu["motif_annonce"] if annonce is not None else None
    seule = bool(lu["lecture_seule"])
    return Etat(seule, fin_lue(lu["fin"]), lu["motif"], annonce, motif_annonce)


async def _attendre(pilote: asyncpg.Connection, voulu: Etat) -> Etat:
    """L'état, une fois que le serveur a relu tous ses réglages; le dernier lu s'il tarde trop."""
    lu = await _lire(pilote)
    for _ in range(_RELIRE):
        if lu == voulu:
            break
        await asyncio.sleep(0.02)
        lu = await _lire(pilote)
    return lu


def _gestes(voulu: Etat, seulement: frozenset[str] | None) -> Sequence[str]:
    """Ce qui pose cet état; les écritures s'arrêtent en dernier, la fin déjà dite.

    Annoncer ne touche qu'à l'annonce : une base seule en lecture n'y entraîne pas tout le serveur.
    """
    valeurs: dict[str, str | None] = {
        FIN_D_ENTRETIEN: None if voulu.fin is None else voulu.fin.isoformat(),
        MOTIF: voulu.motif,
        ANNONCE: None if voulu.annonce is None else voulu.annonce.texte,
        MOTIF_ANNONCE: voulu.motif_annonce,
        _LECTURE_SEULE: "on" if voulu.lecture_seule else None,
    }
    poses = valeurs.keys() if seulement is None else seulement
    return [_poser(nom, valeur) for nom, valeur in valeurs.items() if nom in poses]


def _poser(nom: str, valeur: str | None) -> str:
    # ALTER SYSTEM ne prend pas de paramètre.
    cite = (valeur or "").replace("'", "''")
    return f"ALTER SYSTEM SET {nom} = '{cite}'" if valeur else f"ALTER SYSTEM RESET {nom}"

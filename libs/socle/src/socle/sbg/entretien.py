"""L'entretien : un PostgreSQL ne s'écrit plus, et chaque API le dit poliment (503, Retry-After).

C'est la base qui refuse : nul rôle du service n'y passe outre, et les sessions déjà ouvertes
suivent aussitôt. Les lectures continuent; consommateurs et relais attendent, sans rien perdre. La
fin prévue se garde dans la base même, et pourquoi hors d'une plage : l'API dit la fin à qui est
refusé.
"""

import asyncio
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Final, NamedTuple

import asyncpg
import typer

from noyau import en_utc, instant_plausible
from pages.ecriture import instant as ecrit
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bd.transaction import FIN_D_ENTRETIEN, fin_lue
from socle.horloge import horloge_systeme

GROUPE: Final = "sbg.plages"
"""Le point d'entrée de qui connaît les plages d'entretien : le socle n'en sait rien."""
Plage = tuple[datetime, datetime]
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
Calendrier = Annotated[
    Path | None,
    typer.Option("--calendrier", help="Une version publiée, ou plusieurs (JSON)."),
]
MOTIF: Final = "sbg.entretien_motif"
MOTIF_MAXIMAL: Final = 500
FIN_MAXIMALE: Final = timedelta(days=7)
"""Une faute de frappe dans l'année dirait à chaque appelant de revenir dans dix ans."""
_LECTURE_SEULE: Final = "default_transaction_read_only"
_LIRE: Final = """
SELECT (SELECT setting = 'on' FROM pg_settings WHERE name = $1) AS lecture_seule,
       NULLIF(current_setting($2, true), '') AS fin,
       NULLIF(current_setting($3, true), '') AS motif
"""
_RELIRE: Final = 250
_REPONDRE: Final = DelaisBase(instruction=10_000)


class Refuse(Exception):
    """L'entretien ne s'ouvre pas ainsi; le message dit pourquoi et comment."""


class Injoignable(Exception):
    """PostgreSQL ne répond pas, ou ne veut pas de cet accès; le message ne redit aucun secret."""


class Etat(NamedTuple):
    """Où en est la base : s'écrit-elle, quand elle s'écrira, et pourquoi hors d'une plage d."""

    lecture_seule: bool
    fin: datetime | None = None
    motif: str | None = None


Vouloir = Callable[[Etat], Etat]
"""De l'état trouvé, celui qu'on veut; lève `Refuse`."""


def ajouter(appli: typer.Typer) -> None:
    """Ajoute ces commandes à `sbg`."""
    groupe = typer.Typer(no_args_is_help=True)
    _ajouter_plage(groupe)
    _ajouter_ouvrir(groupe)

    @groupe.command("fermer", help="La base s'écrit de nouveau.")
    def _fermer(dsn: Dsn, json_: En_json = False) -> None:
        _faire(dsn, lambda _: Etat(lecture_seule=False), en_json=json_)

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
            motif = None if hors_plage is None else motif_juge(hors_plage)
            fin = fin_prevue(
                horloge_systeme(), demandee, motif, lambda le: _lire_la_plage(le, calendrier)
            )
            return entretien_voulu(horloge_systeme(), trouve, fin, motif)

        _faire(dsn, vouloir, en_json=json_)


def motif_juge(motif: str) -> str:
    """Le motif, sans blancs autour; lève `Refuse` s'il est vide, long, ou de plusieurs lignes."""
    net = motif.strip()
    if not net:
        raise Refuse("Hors plage, un motif est attendu.")
    if len(net) > MOTIF_MAXIMAL or any(unicodedata.category(c) in _COUPENT for c in net):
        raise Refuse(f"Le motif tient en une ligne, de {MOTIF_MAXIMAL} caractères au plus.")
    return net


_COUPENT: Final = frozenset({"Cc", "Zl", "Zp"})


def entretien_voulu(
    maintenant: datetime, trouve: Etat, fin: datetime | None, motif: str | None
) -> Etat:
    """L'entretien à poser : sans fin ni motif neufs, ceux d'un entretien déjà ouvert tiennent."""
    if not trouve.lecture_seule:
        return Etat(lecture_seule=True, fin=fin, motif=motif)
    dite = trouve.fin if trouve.fin is not None and trouve.fin > maintenant else None
    return Etat(lecture_seule=True, fin=fin or dite, motif=motif or trouve.motif)


def fin_prevue(
    maintenant: datetime,
    jusqua: datetime | None,
    hors_plage: str | None,
    plage: Callable[[datetime], Plage],
) -> datetime | None:
    """Quand l'entretien finira, en UTC; rien si, hors plage, nul ne l'a dit.

    Lève `Refuse` s'il déborde d'une plage d sans motif, finirait avant de commencer, ou dans plus
    de sept jours (SLA-5).
    """
    if jusqua is not None and jusqua <= maintenant:
        raise Refuse("Cette fin est passée.")
    if jusqua is not None and jusqua > maintenant + FIN_MAXIMALE:
        raise Refuse(f"Une fin se dit à {FIN_MAXIMALE.days} jours au plus.")
    if hors_plage is not None:
        return jusqua
    debut, fin = plage(maintenant)
    if maintenant < debut:
        raise Refuse(
            f"Hors des plages d, une indisponibilité compte au taux (SLA-5). Prochaine : du"
            f" {ecrit(debut)} au {ecrit(fin)}. Pour l'ouvrir quand même : --hors-plage « motif »."
        )
    if jusqua is not None and jusqua > fin:
        raise Refuse(
            f"La plage finit le {ecrit(fin)} : le reste compterait au taux (SLA-5). Pour passer"
            " outre : --hors-plage « motif »."
        )
    return jusqua or fin


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


def _faire(dsn: str, vouloir: Vouloir | None, *, en_json: bool) -> None:
    """Pose l'état voulu, s'il en est un, et dit où en est la base.

    Sort 1 si c'est refusé ou que la base n'est pas comme on la voulait, 2 si elle est injoignable.
    """
    try:
        trouve, voulu, lu = asyncio.run(_executer(dsn, vouloir))
    except (Refuse, Injoignable) as erreur:
        typer.echo(str(erreur), err=True)
        raise typer.Exit(1 if isinstance(erreur, Refuse) else 2) from None
    if voulu.lecture_seule and trouve.fin not in {None, voulu.fin}:
        typer.echo(f"La fin déjà dite, le {_ecrite(trouve.fin)}, est remplacée.", err=True)
    if en_json:
        fin = None if lu.fin is None else lu.fin.isoformat()
        dits = {"lecture_seule": lu.lecture_seule, "fin_prevue": fin, "motif": lu.motif}
        typer.echo(json.dumps(dits, ensure_ascii=False))
    else:
        dit = f", jusqu'au {_ecrite(lu.fin)}" if lu.fin else ""
        typer.echo(f"lecture seule{dit}" if lu.lecture_seule else "ouvert aux écritures")
        if lu.motif:
            typer.echo(f"hors plage, compté au taux (SLA-5) : {lu.motif}")
    if lu != voulu:
        typer.echo(
            "Le serveur n'a pas encore relu ses réglages : « sbg entretien voir ».", err=True
        )
        raise typer.Exit(1)


def _ecrite(fin: datetime | None) -> str:
    return "" if fin is None else ecrit(en_utc(fin))


async def _executer(dsn: str, vouloir: Vouloir | None) -> tuple[Etat, Etat, Etat]:
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
            for geste in _gestes(voulu):
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
    lu = await pilote.fetchrow(_LIRE, _LECTURE_SEULE, FIN_D_ENTRETIEN, MOTIF)
    return Etat(bool(lu["lecture_seule"]), fin_lue(lu["fin"]), lu["motif"])


async def _attendre(pilote: asyncpg.Connection, voulu: Etat) -> Etat:
    """L'état, une fois que le serveur a relu tous ses réglages; le dernier lu s'il tarde trop."""
    lu = await _lire(pilote)
    for _ in range(_RELIRE):
        if lu == voulu:
            break
        await asyncio.sleep(0.02)
        lu = await _lire(pilote)
    return lu


def _gestes(voulu: Etat) -> Sequence[str]:
    """Ce qui pose cet état; les écritures s'arrêtent en dernier, la fin déjà dite."""
    valeurs: dict[str, str | None] = {
        FIN_D_ENTRETIEN: None if voulu.fin is None else voulu.fin.isoformat(),
        MOTIF: voulu.motif,
        _LECTURE_SEULE: "on" if voulu.lecture_seule else None,
    }
    return [_poser(nom, valeur) for nom, valeur in valeurs.items()]


def _poser(nom: str, valeur: str | None) -> str:
    # ALTER SYSTEM ne prend pas de paramètre.
    cite = (valeur or "").replace("'", "''")
    return f"ALTER SYSTEM SET {nom} = '{cite}'" if valeur else f"ALTER SYSTEM RESET {nom}"

"""L'entretien : un PostgreSQL ne s'écrit plus, et chaque API le dit poliment (503, Retry-After).

C'est la base qui refuse : nul rôle du service n'y passe outre, et les sessions déjà ouvertes
suivent aussitôt. Les lectures continuent; consommateurs et relais attendent, sans rien perdre. La
fin prévue se garde dans la base même : l'API la dit à qui est refusé.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any, Final

import asyncpg
import typer

from noyau import en_utc, instant_plausible
from pages.ecriture import instant as ecrit
from socle.bd.transaction import FIN_D_ENTRETIEN
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
OUVRIR: Final = "ALTER SYSTEM SET default_transaction_read_only = on"
FERMER: Final = "ALTER SYSTEM RESET default_transaction_read_only"
OUBLIER: Final = f"ALTER SYSTEM RESET {FIN_D_ENTRETIEN}"
_LIRE: Final = """
SELECT (SELECT setting = 'on' FROM pg_settings WHERE name = 'default_transaction_read_only'),
       NULLIF(current_setting($1, true), '')
"""
ESSAIS: Final = 50


class Refuse(Exception):
    """L'entretien ne s'ouvre pas ainsi; le message dit pourquoi et comment."""


def ajouter(appli: typer.Typer) -> None:
    """Ajoute ces commandes à `sbg`."""
    groupe = typer.Typer(no_args_is_help=True)
    _ajouter_plage(groupe)
    _ajouter_ouvrir(groupe)

    @groupe.command("fermer", help="La base s'écrit de nouveau.")
    def _fermer(dsn: Dsn, json_: En_json = False) -> None:
        _faire(dsn, [OUBLIER, FERMER], attendu=False, en_json=json_)

    @groupe.command("voir", help="Dit si la base s'écrit, et quand elle s'écrira.")
    def _voir(dsn: Dsn, json_: En_json = False) -> None:
        _faire(dsn, [], attendu=None, en_json=json_)

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
        try:
            fin = fin_prevue(
                horloge_systeme(),
                None if jusqua is None else _instant(jusqua),
                hors_plage,
                lambda le: _lire_la_plage(le, calendrier),
            )
        except Refuse as refus:
            typer.echo(str(refus), err=True)
            raise typer.Exit(1) from None
        _faire(dsn, [*_dire_la_fin(fin), OUVRIR], attendu=True, en_json=json_)
        if hors_plage:
            typer.echo(f"Hors plage, compté au taux (SLA-5) : {hors_plage}", err=True)


def fin_prevue(
    maintenant: datetime,
    jusqua: datetime | None,
    hors_plage: str | None,
    plage: Callable[[datetime], Plage],
) -> datetime | None:
    """Quand l'entretien finira, en UTC; rien si, hors plage, nul ne l'a dit.

    Lève `Refuse` s'il déborde d'une plage d sans motif, ou finirait avant de commencer (SLA-5).
    """
    if jusqua is not None and jusqua <= maintenant:
        raise Refuse("Cette fin est passée.")
    if hors_plage is not None:
        if not hors_plage.strip():
            raise Refuse("Hors plage, un motif est attendu.")
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


def _dire_la_fin(fin: datetime | None) -> list[str]:
    if fin is None:
        return [OUBLIER]
    return [f"ALTER SYSTEM SET {FIN_D_ENTRETIEN} = '{fin.isoformat()}'"]


def _faire(dsn: str, gestes: Iterable[str], *, attendu: bool | None, en_json: bool) -> None:
    """Fait les gestes, dit où en est la base; sort 1 si elle n'est pas comme on l'attendait."""
    lecture_seule, fin = asyncio.run(_executer(dsn, list(gestes), attendu))
    if en_json:
        typer.echo(json.dumps({"lecture_seule": lecture_seule, "fin_prevue": fin}))
    else:
        dit = f", jusqu'au {ecrit(en_utc(datetime.fromisoformat(fin)))}" if fin else ""
        typer.echo(f"lecture seule{dit}" if lecture_seule else "ouvert aux écritures")
    if attendu is not None and lecture_seule != attendu:
        raise typer.Exit(1)


async def _executer(dsn: str, gestes: list[str], attendu: bool | None) -> tuple[bool, str | None]:
    """Fait les gestes et attend que le serveur les ait relus; rend où il en est."""
    connexion = await asyncpg.connect(dsn)
    try:
        for geste in gestes:
            await connexion.execute(geste)
        await connexion.execute("SELECT pg_reload_conf()")
        lu = await connexion.fetchrow(_LIRE, FIN_D_ENTRETIEN)
        for _ in range(ESSAIS):
            if attendu is None or lu[0] == attendu:
                break
            await asyncio.sleep(0.02)
            lu = await connexion.fetchrow(_LIRE, FIN_D_ENTRETIEN)
        return bool(lu[0]), lu[1]
    finally:
        await connexion.close()

"""Sauvegarder, restaurer, exporter : PostgreSQL fait, `sbg` dit et vérifie.

Une sauvegarde est une copie physique (`pg_basebackup`) dont le manifeste se vérifie; avec l'archive
du journal, elle se restaure à tout instant depuis. Restaurée, la base est en lecture seule jusqu'à
ce qu'elle soit réalignée avec le bus.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from noyau import instant_plausible
from socle.bd.moteur import adresse_de_base
from socle.horloge import horloge_systeme

Dsn = Annotated[
    str,
    typer.Option(
        "--dsn", envvar="SAUVEGARDE_DSN", help="L'accès, d'un rôle REPLICATION; de préférence par"
        " SAUVEGARDE_DSN, que la liste des processus ne montre pas.",
    ),
]  # fmt: skip
Binaires = Annotated[
    Path | None,
    typer.Option("--binaires", envvar="POSTGRES_BIN", help="Où sont les outils de PostgreSQL."),
]
En_json = Annotated[bool, typer.Option("--json", help="Un objet JSON, une ligne.")]
LECTURE_SEULE = "default_transaction_read_only"
_SEGMENT: Final = re.compile("[0-9A-F]{24}(\\.[a-z0-9]+)?")
_DEBUT: Final = re.compile("^START TIME: ([0-9-]+ [0-9:]+) (?:UTC|GMT)$", re.MULTILINE)
"""Le début d'une copie, dans son étiquette; d'un serveur qui ne dit pas l'heure en UTC, rien."""


def ajouter(appli: typer.Typer) -> None:
    """Ajoute ces commandes à `sbg`."""
    _ajouter_sauvegarder(appli)
    _ajouter_restaurer(appli)
    _ajouter_exporter(appli)


def _ajouter_sauvegarder(appli: typer.Typer) -> None:
    @appli.command("sauvegarder", help="Copie physique d'un PostgreSQL, vérifiée.")
    def _sauvegarder(
        vers: Annotated[Path, typer.Argument(help="Un dossier neuf.")],
        dsn: Dsn,
        binaires: Binaires = None,
        json_: En_json = False,
    ) -> None:
        debut = time.monotonic()
        _exiger_neuf(vers)
        acces = _acces(dsn)
        options = ["--format=plain", "--wal-method=stream", "--checkpoint=fast"]
        options += ["--manifest-checksums=SHA256", "--no-password"]
        _lancer(binaires, "pg_basebackup", ["--pgdata", str(vers), *options], acces)
        _lancer(binaires, "pg_verifybackup", ["--quiet", str(vers)], {})
        _dire("sauvegardé", vers, debut, en_json=json_)


def _ajouter_restaurer(appli: typer.Typer) -> None:
    @appli.command("restaurer", help="Prépare des données restaurées à un instant.")
    def _restaurer(
        de: Annotated[Path, typer.Argument(help="La sauvegarde.")],
        vers: Annotated[Path, typer.Argument(help="Le dossier de données neuf.")],
        archive: Annotated[Path, typer.Option("--archive", help="Où est le journal archivé.")],
        jusqua: Annotated[
            str | None,
            typer.Option("--jusqua", help="L'instant, avec son fuseau; sinon, jusqu'au bout."),
        ] = None,
        remplace: Annotated[
            bool,
            typer.Option(
                "--remplace", help="Il prend la place de l'ancien, et archive à son tour."
            ),
        ] = False,
        binaires: Binaires = None,
        json_: En_json = False,
    ) -> None:
        debut = time.monotonic()
        instant = None if jusqua is None else _instant(jusqua)
        _exiger_neuf(vers)
        exiger_atteignable(de, archive, instant, horloge_systeme())
        _lancer(binaires, "pg_verifybackup", ["--quiet", str(de)], {})
        shutil.copytree(de, vers, dirs_exist_ok=True, symlinks=True)
        vers.chmod(0o700)
        (vers / "recovery.signal").touch()
        with (vers / "postgresql.auto.conf").open("a", encoding="utf-8") as reglages:
            reglages.writelines(
                f"{ligne}\n"
                for ligne in reglages_de_restauration(archive, instant, remplace=remplace)
            )
        _dire("restauré", vers, debut, en_json=json_)
        if not json_:
            typer.echo(SUITE)


def _ajouter_exporter(appli: typer.Typer) -> None:
    @appli.command("exporter", help="Copie logique d'une base, relisible par pg_restore.")
    def _exporter(
        vers: Annotated[Path, typer.Argument(help="Un fichier neuf.")],
        dsn: Annotated[
            str,
            typer.Option("--dsn", envvar="SBG_BASE__MIGRER", help="L'accès du rôle propriétaire."),
        ],
        binaires: Binaires = None,
        json_: En_json = False,
    ) -> None:
        debut = time.monotonic()
        _exiger_neuf(vers)
        # Le propriétaire lit tout par sa politique; sans cette option, pg_dump refuserait.
        options = ["--format=custom", "--enable-row-security", "--no-password"]
        _lancer(binaires, "pg_dump", [*options, "--file", str(vers)], _acces(dsn))
        _dire("exporté", vers, debut, en_json=json_)


SUITE = """Ensuite, dans l'ordre :
  1. démarrez PostgreSQL sur ce dossier; il rejoue le journal, puis s'ouvre en lecture seule;
  2. python -m <service> realigner --depuis <l'instant restauré>
  3. sbg entretien fermer; puis démarrez les rôles du service."""


def exiger_atteignable(
    copie: Path, archive: Path, instant: datetime | None, maintenant: datetime
) -> None:
    """Lève `BadParameter` si l'archive n'en est pas une, ou si l'instant n'est pas après la copie.

    PostgreSQL s'ouvrirait sans un mot à l'instant de la copie, et perdrait ce qui la suit.
    """
    if not archive.is_dir() or not any(_SEGMENT.fullmatch(f.name) for f in archive.iterdir()):
        raise typer.BadParameter(f"{archive} ne tient aucun segment de journal archivé")
    if instant is None:
        return
    if instant > maintenant:
        raise typer.BadParameter(f"{instant.isoformat()} n'est pas encore venu")
    etiquette = copie / "backup_label"
    debut = _DEBUT.search(etiquette.read_text("utf-8")) if etiquette.is_file() else None
    if debut and instant < (prise := datetime.fromisoformat(debut[1]).replace(tzinfo=UTC)):
        raise typer.BadParameter(
            f"la copie a commencé le {prise.isoformat()} : prenez-en une d'avant l'instant voulu"
        )


def reglages_de_restauration(
    archive: Path, instant: datetime | None, *, remplace: bool
) -> list[str]:
    """Ce que PostgreSQL lit pour rejouer l'archive jusqu'à cet instant, puis s'ouvrir.

    À côté de l'ancien, il n'archive pas : sa ligne de temps couvrirait celle de la production.
    """
    lignes = [
        *([] if remplace else ["archive_mode = off"]),
        f"""restore_command = 'cp "{archive}/%f" "%p"'""",
        "recovery_target_timeline = 'latest'",
        "recovery_target_action = 'promote'",
        f"{LECTURE_SEULE} = on",
    ]
    if instant is not None:
        lignes.append(f"recovery_target_time = '{instant.isoformat()}'")
    return lignes


def _instant(texte: str) -> datetime:
    try:
        return instant_plausible(datetime.fromisoformat(texte))
    except ValueError:
        raise typer.BadParameter("un instant avec son fuseau est attendu") from None


def _exiger_neuf(chemin: Path) -> None:
    if chemin.exists() and (not chemin.is_dir() or any(chemin.iterdir())):
        raise typer.BadParameter(f"{chemin} existe déjà; donnez un dossier neuf, ou vide")


def _acces(dsn: str) -> dict[str, str]:
    """L'accès en variables de libpq : un mot de passe ne se montre pas aux autres processus."""
    try:
        lu = adresse_de_base(dsn)
    except ValueError as erreur:
        raise typer.BadParameter(str(erreur)) from None
    dits: dict[str, Any] = {
        "PGHOST": lu.host, "PGPORT": lu.port, "PGUSER": lu.username,
        "PGPASSWORD": lu.password, "PGDATABASE": lu.database,
        "PGSSLMODE": lu.query.get("ssl"),
    }  # fmt: skip
    return {nom: str(valeur) for nom, valeur in dits.items() if valeur is not None}


def _lancer(
    binaires: Path | None, programme: str, options: Sequence[str], acces: dict[str, str]
) -> None:
    """Lance un outil de PostgreSQL; sort en erreur avec ce qu'il a dit."""
    chemin = programme if binaires is None else str(binaires / programme)
    try:
        fini = subprocess.run(  # noqa: S603 -- nos options, jamais par un interpréteur
            [chemin, *options],
            env={**os.environ, **acces},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        typer.echo(f"{programme} est introuvable : donnez --binaires.", err=True)
        raise typer.Exit(2) from None
    if fini.returncode:
        typer.echo(f"{programme} : {fini.stderr.strip()[-2_000:]}", err=True)
        raise typer.Exit(1)


def _dire(fait: str, ou: Path, debut: float, *, en_json: bool) -> None:
    fichiers = [ou] if ou.is_file() else [f for f in ou.rglob("*") if f.is_file()]
    octets, duree = sum(f.stat().st_size for f in fichiers), time.monotonic() - debut
    if en_json:
        mesure = {"fait": fait, "chemin": str(ou), "octets": octets, "secondes": round(duree, 3)}
        typer.echo(json.dumps(mesure, ensure_ascii=False))
    else:
        typer.echo(f"{fait} : {ou}, {octets / 1e6:.0f} Mo en {duree:.1f} s")

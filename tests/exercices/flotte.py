"""Une flotte : des répliques de services, de l'une ou l'autre version, sur les mêmes moteurs."""

import asyncio
import base64
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur
from outils.essais import debit
from outils.moteurs.postgres import ServeurPostgres
from outils.moteurs.processus import Serveur, fin_du_journal, port_libre
from socle.bus.kafka import ReglagesBus
from socle.schema.provisionnement import ROLES, Acces, provisionner
from tests.exercices.arbre import Arbre
from tests.exercices.defauts import ExerciceManque
from tests.exercices.pages import Jouees

ATTENTE = 90.0
_PORTS = ("PORT", "PORT_CONSOMMATEUR", "PORT_RELAIS", "PORT_GESTION")


def cle(prefixe: str) -> str:
    """Une clé neuve de 32 octets, en base64, sous ce préfixe."""
    return prefixe + base64.b64encode(secrets.token_bytes(32)).decode()


def dossier_neuf() -> Path:
    """Un dossier temporaire que traverse le compte de PostgreSQL."""
    dossier = Path(tempfile.mkdtemp(prefix="sbg-exercice-"))
    dossier.chmod(0o755)
    return dossier


@dataclass(slots=True, eq=False)
class Replique:
    """Un processus d'un service, ses trois rôles ensemble; `en_rotation` tant qu'on lui envoie."""

    service: str
    arbre: Arbre
    processus: Serveur
    ports: Mapping[str, int]
    en_rotation: bool = False
    en_cours: int = 0
    """Les requêtes qu'elle n'a pas encore rendues."""
    servies: int = 0

    @property
    def adresse(self) -> str:
        """Où elle sert."""
        return f"http://127.0.0.1:{self.ports['PORT']}"

    @property
    def nom(self) -> str:
        """Qui elle est, pour un message."""
        return f"{self.service} {self.arbre.nom}"


@dataclass(slots=True)
class Flotte:
    """Les moteurs, les bases, les secrets et les répliques d'un exercice."""

    dossier: Path
    bus: ReglagesBus
    serveur: ServeurPostgres
    client: httpx.AsyncClient
    jouees: Jouees = field(default_factory=Jouees)
    acces: dict[str, Acces] = field(default_factory=dict)
    emetteur: Emetteur = field(default_factory=Emetteur)
    reglages: dict[str, str] = field(default_factory=dict)
    """Ce que lit en plus une réplique qui part à présent."""
    repliques: list[Replique] = field(default_factory=list)

    @classmethod
    @asynccontextmanager
    async def ouvrir(
        cls, bus: ReglagesBus, services: tuple[str, ...], jouees: Jouees
    ) -> AsyncIterator["Flotte"]:
        """Démarre la base et provisionne chaque service; à la sortie, arrête et efface tout."""
        dossier = dossier_neuf()
        try:
            with ServeurPostgres() as serveur:
                async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
                    flotte = cls(dossier, bus, serveur, client, jouees)
                    flotte.emetteur.publier(flotte.jwks)
                    for nom in services:
                        mots = {role: secrets.token_hex(12) for role in ROLES}
                        flotte.acces[nom] = await provisionner(serveur.dsn, nom, mots)
                    try:
                        yield flotte
                    finally:
                        flotte.tout_arreter()
        finally:
            shutil.rmtree(dossier, ignore_errors=True)

    @property
    def jwks(self) -> Path:
        """Les clés publiques de l'émetteur."""
        return self.dossier / "jwks.json"

    def environnement(self, service: str, arbre: Arbre) -> dict[str, str]:
        """Ce que lisent les rôles et les commandes d'un service."""
        herite = {c: v for c, v in os.environ.items() if not c.startswith("SBG_")}
        acces = self.acces[service]
        return {
            **herite,
            **debit.ENVIRONNEMENT,
            # Bien des processus importent les mêmes modules : le code compilé sert à tous.
            "PYTHONDONTWRITEBYTECODE": "",
            "SBG_MODE": "demo",
            "SBG_BASE__MIGRER": acces.migrer,
            "SBG_BASE__API": acces.api,
            "SBG_BASE__INTERNE": acces.interne,
            "SBG_BUS__ADRESSES": self.bus.adresses,
            "SBG_BUS__CREER_SUJETS": "true",
            "SBG_IDENTITE__EMETTEUR": EMETTEUR,
            "SBG_IDENTITE__AUDIENCE": AUDIENCE,
            "SBG_IDENTITE__JWKS": str(self.jwks),
            "COLUMNS": "200",
            **(self.reglages if service == "demandes" else {}),
            **arbre.environnement(),
        }

    # --- Les répliques ---------------------------------------------------------------------------

    def lancer(self, service: str, arbre: Arbre) -> Replique:
        """Lance une réplique; elle ne sert pas encore."""
        ports = {nom: port_libre() for nom in _PORTS}
        rang = sum(r.service == service for r in self.repliques)
        http = {f"SBG_HTTP__{nom}": str(port) for nom, port in ports.items()}
        appel = arbre.commande(service, "tout")
        self.jouees.noter(appel)
        processus = Serveur(
            appel,
            journal=self.dossier / f"{service}-{rang}.log",
            dossier=self.dossier,
            environnement=self.environnement(service, arbre) | http,
        )
        replique = Replique(service, arbre, processus, ports)
        self.repliques.append(replique)
        return replique

    async def mettre_en_service(self, *repliques: Replique) -> None:
        """Attend que chacune soit prête, chacun de ses rôles, et lui envoie dès lors du trafic."""

        async def une(replique: Replique) -> None:
            await self.attendre(lambda: self.motif(replique), f"{replique.nom} prêt")
            replique.en_rotation = True

        await asyncio.gather(*map(une, repliques))

    async def motif(self, replique: Replique) -> str | None:
        """Pourquoi une réplique n'est pas prête; rien si elle l'est."""
        if not replique.processus.vivant:
            raise ExerciceManque(f"{replique.nom} est sorti :\n{self._fin(replique)}")
        for nom in _PORTS[1:]:
            adresse = f"http://127.0.0.1:{replique.ports[nom]}/sante/disponibilite"
            try:
                reponse = await self.client.get(adresse)
            except httpx.TransportError:
                return f"{nom} muet"
            if reponse.status_code != 200:
                return reponse.text
        return None

    async def retirer(self, *repliques: Replique) -> None:
        """Ne leur envoie plus rien, attend ce qu'elles doivent, puis les arrête proprement.

        Lève `ExerciceManque` si l'une ne sort pas d'elle-même, code 0.
        """
        for replique in repliques:
            replique.en_rotation = False
        for replique in repliques:
            await self.attendre(partial(_occupee, replique), f"{replique.nom} vidé")
            replique.processus.demander_arret()
        for replique in repliques:
            code = await asyncio.to_thread(replique.processus.attendre, 40.0)
            self.repliques.remove(replique)
            if code:
                raise ExerciceManque(f"{replique.nom} sort {code} :\n{self._fin(replique)}")

    def tout_arreter(self) -> None:
        """Arrête ce qui tourne encore."""
        for replique in self.repliques:
            replique.processus.demander_arret()
        for replique in self.repliques:
            replique.processus.arreter()
        self.repliques.clear()

    def servant(self, service: str) -> list[Replique]:
        """Celles qui servent à présent."""
        return [r for r in self.repliques if r.service == service and r.en_rotation]

    def _fin(self, replique: Replique) -> str:
        return fin_du_journal(replique.processus.journal)

    # --- Les commandes, la base ------------------------------------------------------------------

    async def commander(self, service: str, arbre: Arbre, *mots: str) -> str:
        """Ce que dit une commande d'un service; lève `ExerciceManque` si elle échoue."""
        env = self.environnement(service, arbre)
        return await self._executer(arbre.commande(service, *mots), env)

    async def sbg(self, service: str, commande: str, *mots: str) -> str:
        """Ce que dit `sbg` d'un service, lancé comme l'exploitant le lance."""
        programme = str(Path(sys.executable).with_name("sbg"))
        appel = [programme, commande, "--service", service, *mots]
        return await self._executer(appel, self.environnement(service, Arbre.n()))

    async def _executer(self, appel: Sequence[str], env: Mapping[str, str]) -> str:
        self.jouees.noter(appel)
        processus = await asyncio.create_subprocess_exec(
            *appel,
            cwd=self.dossier,
            env=env,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        dit, _ = await processus.communicate()
        if processus.returncode:
            quoi = " ".join(appel[1:])
            raise ExerciceManque(f"{quoi} sort {processus.returncode} :\n{dit.decode()}")
        return dit.decode()

    async def migrer(self, arbre: Arbre) -> None:
        """Met chaque base au schéma de cette version, les services ensemble."""
        await asyncio.gather(*(self.commander(nom, arbre, "migrer") for nom in self.acces))

    async def lire(self, service: str, requete: str) -> list[Mapping[str, Any]]:
        """Ce que lit un superutilisateur dans la base d'un service."""
        connexion = await asyncpg.connect(self.serveur.dsn.rpartition("/")[0] + f"/{service}")
        try:
            return [dict(ligne) for ligne in await connexion.fetch(requete)]
        finally:
            await connexion.close()

    async def valeur(self, service: str, requete: str) -> Any:  # noqa: ANN401 -- une colonne
        """La première colonne de la première ligne."""
        return next(iter((await self.lire(service, requete))[0].values()))

    async def attendre(self, manque: Callable[[], Any], quoi: str) -> None:
        """Attend que rien ne manque plus; lève `ExerciceManque`, avec le dernier manque."""
        limite = time.monotonic() + ATTENTE
        while (dit := await manque()) is not None:
            if time.monotonic() > limite:
                raise ExerciceManque(f"{quoi} : {dit}")
            await asyncio.sleep(0.1)


async def _occupee(replique: Replique) -> int | None:
    """Ce qu'elle n'a pas encore rendu; rien si tout l'est."""
    return replique.en_cours or None

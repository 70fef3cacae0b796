"""Un vrai émetteur OIDC (Keycloak), sans Docker : sa distribution Maven et un Java 17.

Tout ce qui est téléchargé ou écrit est sous `.cache/keycloak/`, hors de git. Les mots de passe du
royaume d'essai sont engendrés à chaque démarrage.
"""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template
from typing import Any

import httpx
import psutil

from outils.moteurs.processus import (
    MoteurIndisponible,
    eteindre,
    fin_du_journal,
    port_libre,
    retrouver,
)

RACINE = Path(__file__).parents[2]
RECETTE = RACINE / "deploy" / "keycloak"
CACHE = RACINE / ".cache" / "keycloak"
ETAT = CACHE / "etat.json"
DELAI_DEMARRAGE_S = 240.0
_SECRET = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Etat:
    """Le Keycloak que `make keycloak` a laissé en marche, et les secrets de son royaume."""

    port: int
    secrets: Mapping[str, str]

    @property
    def emetteur(self) -> str:
        """Ce que disent les jetons dans « iss »."""
        return f"http://127.0.0.1:{self.port}/realms/sbg"

    @property
    def jwks(self) -> str:
        """Où se lisent ses clés publiques."""
        return f"{self.emetteur}/protocol/openid-connect/certs"

    def jeton(self, client: str, utilisateur: str | None = None) -> str:
        """Un vrai jeton : du client (client credentials), ou d'un utilisateur par ce client.

        Lève `httpx.HTTPStatusError` si Keycloak le refuse.
        """
        demande = {"client_id": client, "client_secret": self.secrets[f"secret_{client}"]}
        if utilisateur is None:
            demande["grant_type"] = "client_credentials"
        else:
            mot = self.secrets[f"mdp_{utilisateur.replace('-', '_')}"]
            demande |= {"grant_type": "password", "username": utilisateur, "password": mot}
        adresse = f"{self.emetteur}/protocol/openid-connect/token"
        reponse = httpx.post(adresse, data=demande, timeout=30.0, trust_env=False)
        reponse.raise_for_status()
        corps: dict[str, Any] = reponse.json()
        return str(corps["access_token"])


def version_voulue() -> str:
    """La version de Keycloak que nomme deploy/keycloak/pom.xml."""
    texte = (RECETTE / "pom.xml").read_text(encoding="utf-8")
    lue = re.search(r"<keycloak\.version>([^<]+)<", texte)
    return lue.group(1) if lue else "?"


def distribution() -> Path:
    """Le dossier de Keycloak, téléchargé une fois par Maven.

    Raises:
        MoteurIndisponible: Maven manque ou n'atteint pas son dépôt.
    """
    dossier = CACHE / f"keycloak-{version_voulue()}"
    if dossier.is_dir():
        return dossier
    for outil in ("mvn", "java"):
        if shutil.which(outil) is None:
            raise MoteurIndisponible(f"{outil} est requis : Java 17 et Maven.")
    print(f"Keycloak {version_voulue()} : téléchargement (160 Mo)…", flush=True)
    partiel = CACHE / "partiel"
    shutil.rmtree(partiel, ignore_errors=True)
    resultat = subprocess.run(
        [
            *("mvn", "--batch-mode", "--quiet", "--file", RECETTE / "pom.xml"),
            *("dependency:unpack-dependencies", f"-DoutputDirectory={partiel}"),
            f"-DmarkersDirectory={partiel / 'marques'}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if resultat.returncode != 0:
        raise MoteurIndisponible(f"Maven n'a pas obtenu Keycloak :\n{resultat.stdout[-2000:]}")
    (partiel / dossier.name).rename(dossier)
    shutil.rmtree(partiel)
    return dossier


def repond(etat: Etat) -> bool:
    """Vrai si le royaume répond."""
    with suppress(httpx.TransportError):
        adresse = f"{etat.emetteur}/.well-known/openid-configuration"
        return httpx.get(adresse, timeout=2.0, trust_env=False).status_code == 200
    return False


def _les_notres() -> list[psutil.Process]:
    """Les Keycloak de ce dossier, quoi que dise l'état écrit."""
    return retrouver("start-dev", str(CACHE))


def en_marche() -> Etat | None:
    """Le Keycloak de `make keycloak`, s'il vit encore."""
    try:
        etat = Etat(**json.loads(ETAT.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return etat if _les_notres() else None


def _importer(dossier: Path) -> dict[str, str]:
    """Remplit le royaume de secrets neufs, là où Keycloak l'importe; rend ces secrets."""
    modele = (RECETTE / "sbg-realm.json").read_text(encoding="utf-8")
    neufs = {nom: secrets.token_urlsafe(24) for nom in _SECRET.findall(modele)}
    shutil.rmtree(dossier / "data", ignore_errors=True)
    royaume = dossier / "data" / "import" / "sbg-realm.json"
    royaume.parent.mkdir(parents=True)
    royaume.touch(mode=0o600)
    royaume.write_text(Template(modele).substitute(neufs), encoding="utf-8")
    return neufs


def _attendre(etat: Etat, vivant: Callable[[], bool], journal: Path) -> None:
    echeance = time.monotonic() + DELAI_DEMARRAGE_S
    while vivant() and time.monotonic() < echeance:
        if repond(etat):
            return
        time.sleep(0.5)
    raise MoteurIndisponible(f"Keycloak ne démarre pas :\n{fin_du_journal(journal)}")


def demarrer() -> Etat:
    """Démarre un Keycloak qui survit à cette commande, ou rend celui qui tourne déjà.

    Raises:
        MoteurIndisponible: il ne répond pas dans les quatre minutes.
    """
    deja = en_marche()
    if deja is not None:
        _attendre(deja, lambda: en_marche() is not None, CACHE / "journal")
        return deja
    arreter()  # un Keycloak dont l'état s'est perdu
    dossier, journal = distribution(), CACHE / "journal"
    neufs, port = _importer(dossier), port_libre()
    commande = [str(dossier / "bin" / "kc.sh"), "start-dev", "--db=dev-mem", "--import-realm"]
    commande += ["--http-host=127.0.0.1", f"--http-port={port}"]
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(
            commande,
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=sortie,
            env={**os.environ, "JAVA_OPTS_KC_HEAP": "-Xms64m -Xmx512m"},
            start_new_session=True,
        )
    etat = Etat(port, neufs)
    ETAT.unlink(missing_ok=True)
    ETAT.touch(mode=0o600)
    ETAT.write_text(json.dumps(asdict(etat)), encoding="utf-8")
    try:
        _attendre(etat, lambda: processus.poll() is None, journal)
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(processus.pid, signal.SIGKILL)
        processus.wait()
        ETAT.unlink(missing_ok=True)
        raise
    return etat


def arreter() -> bool:
    """Arrête le Keycloak de `make keycloak` et efface ses données; faux s'il n'y en avait pas."""
    notres = _les_notres()
    eteindre(notres)
    shutil.rmtree(CACHE / f"keycloak-{version_voulue()}" / "data", ignore_errors=True)
    ETAT.unlink(missing_ok=True)
    return bool(notres)

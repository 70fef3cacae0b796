"""Le bac à sable de `make up` : son dossier, qui le tient, et comment lui parler."""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from demo.defauts import ReglageIllisible, SystemeEnDefaut
from demo.systeme import Systeme
from noyau import QUEBEC
from outils.moteurs.processus import retrouver

MODES = frozenset({"demo", "essai"})
DEJA = "Le système est déjà en marche : « make down » l'arrête."
COUPE = "illisible : « make down », puis « make up »."
TENIR = ("-m demo tenir",)
"""Ce que porte la commande du processus qui tient un bac."""


def dossier() -> Path:
    """Le dossier du bac à sable : `sortie/up`, ou celui de `SBG_BAC`."""
    return Path(os.environ.get("SBG_BAC") or "sortie/up")


def fichier_acces() -> Path:
    """Ce qu'un intégrateur lit; là tant que le système est en marche."""
    return dossier() / "acces.json"


def fichier_cle() -> Path:
    """La clé privée de l'émetteur de jetons."""
    return dossier() / "cle.pem"


def _verrou() -> Path:
    return dossier() / "verrou"


def exiger_bac() -> None:
    """Lève `ReglageIllisible` si `SBG_MODE` n'est ni de démonstration ni d'essai."""
    mode = os.environ.get("SBG_MODE")
    if mode and mode not in MODES:
        raise ReglageIllisible(
            f"SBG_MODE={mode} : cette commande est réservée à la démonstration et aux essais"
            " (demo, essai, ou rien)."
        )


class Bases(BaseModel):
    """Les trois DSN d'un service."""

    model_config = ConfigDict(frozen=True)

    api: str
    interne: str
    migrer: str


class Itsm(BaseModel):
    """De quoi signer ce que l'ITSM annonce."""

    model_config = ConfigDict(frozen=True)

    secret: str


class Acces(BaseModel):
    """Tout ce qu'il faut pour parler au système en marche; contient des secrets."""

    model_config = ConfigDict(frozen=True)

    services: Mapping[str, str]
    bus: str
    bases: Mapping[str, Bases]
    itsm: Itsm
    horloge: datetime | None
    """L'heure de Québec où l'horloge est conduite; absente : celle du système."""

    @classmethod
    def de(cls, systeme: Systeme) -> "Acces":
        """Les accès d'un système qui vient de démarrer."""
        conduite = systeme.horloge.fichier.exists()
        return cls(
            services=systeme.adresses,
            bus=systeme.moteurs.bootstrap,
            bases={nom: Bases(**asdict(acces)) for nom, acces in systeme.acces.items()},
            itsm=Itsm(secret=systeme.secret_itsm),
            horloge=systeme.horloge().astimezone(QUEBEC) if conduite else None,
        )

    @classmethod
    def lire(cls) -> "Acces":
        """Les accès du système en marche; lève `SystemeEnDefaut` s'il n'y en a pas."""
        if not est_tenu() or not fichier_acces().exists():
            raise SystemeEnDefaut("Aucun système en marche : « make up » d'abord.")
        try:
            return cls.model_validate_json(fichier_acces().read_bytes())
        except ValidationError:
            raise SystemeEnDefaut(f"{fichier_acces()} est {COUPE}") from None

    def ecrire(self) -> None:
        """Remplace le fichier d'un coup, lisible de nous seuls."""
        numero, neuf = tempfile.mkstemp(dir=dossier(), prefix="acces-")  # naît en 0600
        with os.fdopen(numero, "w", encoding="utf-8") as fichier:
            fichier.write(self.model_dump_json(indent=2) + "\n")
        Path(neuf).replace(fichier_acces())


@contextmanager
def occuper() -> Iterator[None]:
    """Tient le dossier le temps du bloc; lève `SystemeEnDefaut` si un autre le tient.

    Le verrou tombe avec le processus, et n'écrit rien : nul numéro périmé n'y désigne un inconnu.
    """
    with _verrou().open("a") as fichier:
        try:
            fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemeEnDefaut(DEJA) from None
        yield


def est_tenu() -> bool:
    """Vrai si un processus tient le dossier."""
    try:
        fichier = _verrou().open("r")
    except FileNotFoundError:
        return False
    with fichier:
        try:
            fcntl.flock(fichier, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def occupant() -> psutil.Process | None:
    """Le processus qui tient le dossier, reconnu à sa commande et à son verrou; ou rien."""
    verrou = str(_verrou().resolve())
    for processus in retrouver(*TENIR):
        with suppress(psutil.Error):
            if verrou in (ouvert.path for ouvert in processus.open_files()):
                return processus
    return None


def effacer() -> None:
    """Efface les secrets du bac."""
    fichier_acces().unlink(missing_ok=True)
    fichier_cle().unlink(missing_ok=True)

"""Le bac à sable de `make up` : son dossier, qui le tient, et comment lui parler."""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from demo.systeme import Systeme, SystemeEnDefaut
from noyau import QUEBEC

MODES = frozenset({"demo", "essai"})
DEJA = "Le système est déjà en marche : « make down » l'arrête."


def dossier() -> Path:
    """Le dossier du bac à sable : `sortie/up`, ou celui de `SBG_BAC`."""
    return Path(os.environ.get("SBG_BAC") or "sortie/up")


def fichier_acces() -> Path:
    """Ce qu'un intégrateur lit; là tant que le système est en marche."""
    return dossier() / "acces.json"


def fichier_cle() -> Path:
    """La clé privée de l'émetteur de jetons."""
    return dossier() / "cle.pem"


def exiger_bac() -> None:
    """Lève `SystemeEnDefaut` si `SBG_MODE` n'est ni de démonstration ni d'essai."""
    mode = os.environ.get("SBG_MODE")
    if mode and mode not in MODES:
        raise SystemeEnDefaut(
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
        if occupant() is None or not fichier_acces().exists():
            raise SystemeEnDefaut("Aucun système en marche : « make up » d'abord.")
        return cls.model_validate_json(fichier_acces().read_bytes())

    def ecrire(self) -> None:
        """Remplace le fichier d'un coup, lisible de nous seuls."""
        numero, neuf = tempfile.mkstemp(dir=dossier(), prefix="acces-")  # naît en 0600
        with os.fdopen(numero, "w", encoding="utf-8") as fichier:
            fichier.write(self.model_dump_json(indent=2) + "\n")
        Path(neuf).replace(fichier_acces())


@contextmanager
def occuper() -> Iterator[None]:
    """Tient le dossier le temps du bloc; lève `SystemeEnDefaut` si un autre le tient.

    Le verrou tombe avec le processus : un numéro resté d'une panne ne désigne personne.
    """
    with (dossier() / "pid").open("a") as fichier:
        try:
            fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemeEnDefaut(DEJA) from None
        fichier.truncate(0)
        fichier.write(str(os.getpid()))
        fichier.flush()
        yield


def occupant() -> int | None:
    """Le numéro du processus qui tient le dossier, ou rien."""
    try:
        fichier = (dossier() / "pid").open("r")
    except FileNotFoundError:
        return None
    with fichier:
        try:
            fcntl.flock(fichier, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(fichier.read() or 0) or None
    return None


def effacer() -> None:
    """Efface les secrets du bac."""
    fichier_acces().unlink(missing_ok=True)
    fichier_cle().unlink(missing_ok=True)

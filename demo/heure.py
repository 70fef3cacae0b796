"""L'heure d'affaires du bac à sable, conduite à la main : `make horloge`."""

import asyncio
import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import urlsplit

import httpx

from demo.acces import COUPE, Acces, dossier
from demo.defauts import ReglageIllisible, SystemeEnDefaut
from demo.ports import Ports
from demo.systeme import Circulation
from noyau import QUEBEC, InstantImpossible, instant_plausible
from socle.horloge import HorlogeFichier

DELAI_HTTP = 10.0
_FORME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", re.ASCII)


def lire_instant(texte: str) -> datetime:
    """L'instant d'une heure de Québec, « aaaa-mm-jjThh:mm » ou avec ses secondes.

    Lève `SystemeEnDefaut` si elle se lit mal, n'existe pas ou existe deux fois.
    """
    if not _FORME.fullmatch(texte):
        raise ReglageIllisible(
            f"« {texte} » n'est pas une heure de Québec : écrivez-la 2026-10-01T09:00."
        )
    try:
        instant = datetime.fromisoformat(texte).replace(tzinfo=QUEBEC)
        relu = instant_plausible(instant).astimezone(QUEBEC)
    except InstantImpossible:
        raise ReglageIllisible(f"Le {texte} est hors des années 2000 à 2100.") from None
    except (ValueError, OverflowError):
        raise ReglageIllisible(f"Le {texte} n'existe pas au calendrier.") from None
    if instant.utcoffset() != instant.replace(fold=1).utcoffset():
        # Deux décalages : l'heure que saute mars, ou celle que répète novembre. Seule la seconde
        # se relit telle quelle.
        existe = relu.replace(tzinfo=None) == instant.replace(tzinfo=None)
        defaut = "existe deux fois" if existe else "n'existe pas"
        raise ReglageIllisible(
            f"À Québec, le {texte} {defaut} (changement d'heure) : choisissez-en un autre."
        )
    return instant


def avancer(texte: str) -> datetime:
    """Avance l'heure une fois que rien n'est en route; rend l'heure de Québec où elle est.

    Rend la main quand chaque service sait que tous ont passé cette heure : une période qu'elle
    termine peut se facturer. Lève `SystemeEnDefaut` si aucun système n'est en marche, s'il suit
    l'heure du système, si l'heure demandée est passée ou si les services ne suivent pas.
    """
    if not texte:
        raise ReglageIllisible("Dites l'heure de Québec : make horloge A=2026-10-01T09:00.")
    voulu = lire_instant(texte)
    if Acces.lire().horloge is None:
        raise ReglageIllisible(
            "Ce système suit l'heure du système : « make up HORLOGE=2026-09-01T08:00 » en démarre"
            " un dont l'heure se conduit."
        )
    with _seul():
        try:
            return asyncio.run(_avancer(voulu))
        except httpx.TransportError as erreur:
            raise SystemeEnDefaut(f"Un service ne répond pas ({type(erreur).__name__}).") from None


async def _avancer(voulu: datetime) -> datetime:
    lus, horloge = Acces.lire(), HorlogeFichier(dossier() / "horloge")
    try:
        actuel = horloge().astimezone(QUEBEC)
    except (OSError, ValueError):
        raise SystemeEnDefaut(f"{horloge.fichier} est {COUPE}") from None
    if voulu < actuel:
        raise ReglageIllisible(
            f"Il est déjà {actuel:%Y-%m-%dT%H:%M:%S} à Québec, et l'heure ne recule pas."
        )
    ports = {nom: Ports.autour(_port(adresse)) for nom, adresse in lus.services.items()}
    async with httpx.AsyncClient(timeout=DELAI_HTTP, trust_env=False) as client:
        circulation = Circulation(ports, client)
        await circulation.vider()
        horloge.avancer(voulu)
        lus.model_copy(update={"horloge": voulu}).ecrire()
        try:
            await circulation.attendre_jalons(voulu)
        except SystemeEnDefaut as erreur:
            raise SystemeEnDefaut(
                f"L'heure a avancé, mais tous ne le savent pas. {erreur}"
            ) from None
    return voulu


def _port(adresse: str) -> int:
    port = urlsplit(adresse).port
    assert port is not None, "make up dit toujours le port"
    return port


@contextmanager
def _seul() -> Iterator[None]:
    """Une seule avance à la fois : la plus lente ne doit pas défaire la plus loin."""
    with (dossier() / "horloge.verrou").open("a") as fichier:
        fcntl.flock(fichier, fcntl.LOCK_EX)
        yield

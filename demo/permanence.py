"""Le système gardé en marche, en arrière-plan : `make up`, `make down`."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Thread

import psutil
from rich.console import Console

from demo import acces
from demo.acces import Acces
from demo.defauts import ReglageIllisible, SystemeEnDefaut
from demo.heure import lire_instant
from demo.jetons import jeton
from demo.ports import PORT, PORTS
from demo.systeme import Systeme
from outils.moteurs import presentation

ATTENTE = 120.0
GARDER = b"garder"
"""Ce que dit au système la commande qui l'a démarré, une fois prêt."""


def servir(console: Console, *, port: str = "", horloge: str = "") -> None:
    """Démarre le système en arrière-plan et imprime comment lui parler.

    `port` est le bas de la plage, `horloge` l'heure de Québec où conduire celle des affaires;
    vides : 8000, et l'heure du système. Lève `SystemeEnDefaut` si l'un d'eux se lit mal, si un
    système tourne déjà ou si celui-ci ne démarre pas.
    """
    options = ["--port", str(lire_port(port))]
    if horloge:
        lire_instant(horloge)
        options += ["--horloge", horloge]
    if acces.est_tenu():
        raise SystemeEnDefaut(acces.DEJA)
    acces.dossier().mkdir(parents=True, exist_ok=True)
    acces.effacer()
    journal = acces.dossier() / "permanence.log"
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(  # noqa: S603 -- des options que nous venons de relire
            [sys.executable, "-m", "demo", "tenir", "--lie", *options],
            stdin=subprocess.PIPE,
            stdout=sortie,
            stderr=sortie,
            start_new_session=True,
        )
    try:
        with console.status("Démarrage du système…"):
            _attendre_acces(processus, journal)
        _detacher(processus)
    except BaseException:
        processus.terminate()
        processus.wait()
        raise
    _imprimer(console, Acces.lire())


def lire_port(texte: str) -> int:
    """Le bas d'une plage de ports, 8000 par défaut; lève `ReglageIllisible` s'il se lit mal."""
    if not texte:
        return PORT
    if not (texte.isascii() and texte.isdecimal() and int(texte) in PORTS):
        raise ReglageIllisible(
            f"PORT={texte} : dites le bas de la plage, de {PORTS.start} à {PORTS.stop - 1};"
            " PORT=21000 met le catalogue à 21001, demandes à 21002…"
        )
    return int(texte)


def _attendre_acces(processus: "subprocess.Popen[bytes]", journal: Path) -> None:
    limite, parent = time.monotonic() + ATTENTE, os.getppid()
    while not acces.fichier_acces().exists():
        if processus.poll() is not None or time.monotonic() > limite:
            raise SystemeEnDefaut(journal.read_text("utf-8", errors="replace").strip()[-2_000:])
        if os.getppid() != parent:
            raise SystemeEnDefaut("La commande qui démarrait le système a été tuée.")
        time.sleep(0.2)


def _detacher(processus: "subprocess.Popen[bytes]") -> None:
    """Le système est prêt : il nous survit désormais."""
    assert processus.stdin is not None
    with suppress(BrokenPipeError):  # déjà arrêté : la lecture des accès le dira
        processus.stdin.write(GARDER)
        processus.stdin.close()


def tenir(plage: int, depart: datetime | None, *, lie: bool) -> None:
    """Tient le système jusqu'à SIGTERM ou SIGINT; ses accès ne durent pas plus que lui.

    `lie` : tant qu'il n'est pas prêt, il s'arrête avec la commande qui le démarre, quoi qu'il lui
    arrive. Lève `SystemeEnDefaut` s'il ne démarre pas ou si un autre tient déjà le dossier.
    """
    for signe in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signe, _interrompre)
    if lie:
        Thread(target=_suivre_le_parent, daemon=True).start()
    with suppress(KeyboardInterrupt), acces.occuper():
        try:
            asyncio.run(_tenir(plage, depart))
        finally:
            acces.effacer()


async def _tenir(plage: int, depart: datetime | None) -> None:
    async with Systeme.ouvrir(acces.dossier(), depart, plage=plage) as systeme:
        await systeme.vider()
        systeme.emetteur.garder(acces.fichier_cle())
        Acces.de(systeme).ecrire()
        await asyncio.Event().wait()


def _interrompre(*_: object) -> None:
    """Interrompt tout, même un démarrage qui bloque; une fois : ce qui suit défait."""
    for signe in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signe, signal.SIG_IGN)
    raise KeyboardInterrupt


def _suivre_le_parent() -> None:
    """Lit le tube du parent : il l'a fermé sans un mot, c'est qu'il est mort avant la fin."""
    if os.read(0, len(GARDER)) != GARDER:
        os.kill(os.getpid(), signal.SIGTERM)


def arreter(console: Console) -> None:
    """Arrête le système en marche et attend sa fin; efface ce qu'une panne aurait laissé.

    Lève `SystemeEnDefaut` si ce qui tient le dossier n'est pas des nôtres : on n'y touche pas.
    """
    if not acces.est_tenu():
        acces.effacer()
        console.print("Rien n'est en marche.")
        return
    processus = acces.occupant()
    if processus is None:
        raise SystemeEnDefaut(
            f"Un processus inconnu tient {acces.dossier()} : rien n'a été arrêté."
        )
    with console.status("Arrêt du système…"), suppress(psutil.NoSuchProcess):
        processus.terminate()
        try:
            processus.wait(ATTENTE)
        except psutil.TimeoutExpired:
            processus.kill()  # ce qu'il tient meurt avec lui
            processus.wait(ATTENTE)
    acces.effacer()
    console.print("Tout est arrêté.")


def _imprimer(console: Console, lus: Acces) -> None:
    console.print(presentation(), soft_wrap=True)
    heure = "celle du système" if lus.horloge is None else f"conduite, {lus.horloge.isoformat()}"
    console.print(f"Heure d'affaires : {heure}")
    for nom, adresse in lus.services.items():
        console.print(f"  {nom:<12} {adresse}   OpenAPI : {adresse}/docs")
    console.print(f"\nAccès aux services, au bus et aux bases : {acces.fichier_acces()}")
    console.print(
        "\nUn jeton d'administration, valable une heure (make jeton en donne d'autres) :\n"
    )
    console.print(f"export JETON={jeton('admin')}\n", soft_wrap=True)
    catalogue, demandes = lus.services["catalogue"], lus.services["demandes"]
    entete = '-H "Authorization: Bearer $JETON"'
    organisme = '{"code":"MTQ","nom":"Ministère des Transports","assujetti_rcti":true}'
    for ligne in (
        f"curl -s {entete} '{catalogue}/v1/tarifs?limite=3'",
        (
            f"curl -s {entete} -H 'Idempotency-Key: essai-1'"
            f" -H 'Content-Type: application/json' -d '{organisme}'"
            f" {demandes}/v1/organismes"
        ),
        f"curl -s {entete} {demandes}/v1/organismes/MTQ",
    ):
        console.print(ligne, soft_wrap=True)

"""Le système gardé en marche, en arrière-plan : `make up`, `make down`."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from rich.console import Console

from demo import acces
from demo.acces import Acces
from demo.heure import lire_instant
from demo.jetons import jeton
from demo.systeme import PORT, Systeme, SystemeEnDefaut
from outils.moteurs import presentation
from socle.exploitation.arret import Arret

ATTENTE = 120.0
PORTS = range(1_024, 65_000)


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
    if acces.occupant() is not None:
        raise SystemeEnDefaut(acces.DEJA)
    acces.dossier().mkdir(parents=True, exist_ok=True)
    acces.effacer()
    journal = acces.dossier() / "permanence.log"
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(  # noqa: S603 -- des options que nous venons de relire
            [sys.executable, "-m", "demo", "tenir", *options],
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=sortie,
            start_new_session=True,
        )
    try:
        with console.status("Démarrage du système…"):
            _attendre_acces(processus, journal)
    except BaseException:
        processus.terminate()
        processus.wait()
        raise
    _imprimer(console, Acces.lire())


def lire_port(texte: str) -> int:
    """Le bas d'une plage de ports, 8000 par défaut; lève `SystemeEnDefaut` s'il se lit mal."""
    if not texte:
        return PORT
    if not (texte.isascii() and texte.isdecimal() and int(texte) in PORTS):
        raise SystemeEnDefaut(
            f"PORT={texte} : dites le bas de la plage, de {PORTS.start} à {PORTS.stop - 1};"
            " PORT=21000 met le catalogue à 21001, demandes à 21002…"
        )
    return int(texte)


def _attendre_acces(processus: "subprocess.Popen[bytes]", journal: Path) -> None:
    limite = time.monotonic() + ATTENTE
    while not acces.fichier_acces().exists():
        if processus.poll() is not None or time.monotonic() > limite:
            raise SystemeEnDefaut(journal.read_text("utf-8", errors="replace").strip()[-2_000:])
        time.sleep(0.2)


async def tenir(plage: int, depart: datetime | None) -> None:
    """Tient le système jusqu'à SIGTERM ou SIGINT; ses accès ne durent pas plus que lui.

    Lève `SystemeEnDefaut` s'il ne démarre pas ou si un autre tient déjà le dossier.
    """
    arret = Arret()
    arret.sur_signaux()
    with acces.occuper():
        async with Systeme.ouvrir(acces.dossier(), depart, plage=plage) as systeme:
            await systeme.vider()
            systeme.emetteur.garder(acces.fichier_cle())
            try:
                Acces.de(systeme).ecrire()
                await arret.attendre()
            finally:
                acces.effacer()


def arreter(console: Console) -> None:
    """Arrête le système en marche et attend sa fin; efface ce qu'une panne aurait laissé."""
    pid = acces.occupant()
    if pid is None:
        acces.effacer()
        console.print("Rien n'est en marche.")
        return
    os.kill(pid, signal.SIGTERM)
    with console.status("Arrêt du système…"):
        limite = time.monotonic() + ATTENTE
        while acces.occupant() == pid and time.monotonic() < limite:
            time.sleep(0.1)
    if acces.occupant() == pid:
        console.print(f"Le processus {pid} résiste encore.")
        return
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

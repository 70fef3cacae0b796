"""Le système gardé en marche : `make up`, `make down`, `make jeton`."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from demo.systeme import Systeme, SystemeEnDefaut
from noyau import ANNUAIRE
from outils.emetteur import Emetteur
from socle.exploitation.arret import Arret

DOSSIER = Path("sortie/up")
ETAT = DOSSIER / "etat.json"
CLE = DOSSIER / "cle.pem"
ATTENTE = 120.0


def servir(console: Console) -> None:
    """Démarre le système en arrière-plan et imprime comment lui parler.

    Lève `SystemeEnDefaut` si un système tourne déjà ou si celui-ci ne démarre pas.
    """
    if _vivant():
        raise SystemeEnDefaut("Le système est déjà en marche : « make down » l'arrête.")
    DOSSIER.mkdir(parents=True, exist_ok=True)
    ETAT.unlink(missing_ok=True)
    journal = DOSSIER / "permanence.log"
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(
            [sys.executable, "-m", "demo", "tenir"],
            stdin=subprocess.DEVNULL,
            stdout=sortie,
            stderr=sortie,
            start_new_session=True,
        )
    try:
        with console.status("Démarrage du système…"):
            _attendre_etat(processus, journal)
    except BaseException:
        processus.terminate()
        processus.wait()
        raise
    _imprimer(console, json.loads(ETAT.read_text("utf-8")))


def _attendre_etat(processus: "subprocess.Popen[bytes]", journal: Path) -> None:
    limite = time.monotonic() + ATTENTE
    while not ETAT.exists():
        if processus.poll() is not None or time.monotonic() > limite:
            raise SystemeEnDefaut(journal.read_text("utf-8", errors="replace").strip()[-2_000:])
        time.sleep(0.2)


async def tenir() -> None:
    """Tient le système jusqu'à SIGTERM ou SIGINT; l'heure d'affaires suit celle du système."""
    arret = Arret()
    arret.sur_signaux()
    async with Systeme.ouvrir(DOSSIER, None) as systeme:
        systeme.emetteur.garder(CLE)
        etat = {
            "pid": os.getpid(),
            "presentation": systeme.presentation,
            "adresses": systeme.adresses,
        }
        neuf = ETAT.with_suffix(".neuf")
        neuf.write_text(json.dumps(etat), "utf-8")
        neuf.replace(ETAT)
        await arret.attendre()
    ETAT.unlink(missing_ok=True)
    CLE.unlink(missing_ok=True)


def arreter(console: Console) -> None:
    """Arrête le système en marche et attend sa fin."""
    if not _vivant():
        console.print("Rien n'est en marche.")
        return
    pid = int(json.loads(ETAT.read_text("utf-8"))["pid"])
    os.kill(pid, signal.SIGTERM)
    with console.status("Arrêt du système…"):
        limite = time.monotonic() + ATTENTE
        while _existe(pid) and time.monotonic() < limite:
            time.sleep(0.1)
    console.print("Tout est arrêté." if not _existe(pid) else f"Le processus {pid} résiste encore.")


def jeton(role: str, organisme: str | None) -> str:
    """Un jeton d'une heure du système en marche. Lève `SystemeEnDefaut`."""
    if not _vivant():
        raise SystemeEnDefaut("Aucun système en marche : « make up » d'abord.")
    if role not in ANNUAIRE.roles:
        quoi = f"Rôle inconnu : {role}." if role else "Dites le rôle : make jeton ROLE=admin."
        raise SystemeEnDefaut(f"{quoi} Rôles : {', '.join(sorted(ANNUAIRE.roles))}.")
    if role in ANNUAIRE.organisme and organisme is None:
        raise SystemeEnDefaut(f"Le rôle {role} demande un organisme : ORGANISME=MTQ.")
    return Emetteur.reprendre(CLE).jeton([role], organisme=organisme)


def _imprimer(console: Console, etat: dict[str, Any]) -> None:
    console.print(etat["presentation"])
    for nom, adresse in etat["adresses"].items():
        console.print(f"  {nom:<12} {adresse}   OpenAPI : {adresse}/docs")
    console.print(
        "\nUn jeton d'administration, valable une heure (make jeton en donne d'autres) :\n"
    )
    admin = jeton("admin", None)
    console.print(f"export JETON={admin}\n", soft_wrap=True)
    catalogue, demandes = etat["adresses"]["catalogue"], etat["adresses"]["demandes"]
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


def _vivant() -> bool:
    return ETAT.exists() and _existe(int(json.loads(ETAT.read_text("utf-8"))["pid"]))


def _existe(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True

"""Ce qui démarre s'arrête avec qui l'a démarré; ce qu'on arrête est à nous."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
from rich.console import Console

from demo import acces, heure, permanence
from demo.__main__ import appli
from demo.acces import Acces, Bases, Itsm
from demo.defauts import ReglageIllisible, SystemeEnDefaut
from demo.ports import SERVICES, Ports, exiger_distincts, service_de
from noyau import QUEBEC
from outils.emetteur import Emetteur
from outils.moteurs import port_libre
from outils.moteurs.processus import eteindre, retrouver
from socle.horloge import HorlogeFichier

T = TypeVar("T")
RACINE = Path(__file__).parents[2]
PATIENCE_S = 60.0


@pytest.fixture(autouse=True)
def dossier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SBG_BAC", str(tmp_path))
    monkeypatch.delenv("SBG_MODE", raising=False)
    return tmp_path


@pytest.fixture
def inconnu() -> Iterator[psutil.Process]:
    """Un processus qui n'est pas à nous."""
    with subprocess.Popen(["sleep", "60"]) as sommeil:  # noqa: S607
        yield psutil.Process(sommeil.pid)
        sommeil.kill()


def attendre(lire: Callable[[], T | None]) -> T:
    limite = time.monotonic() + PATIENCE_S
    while not (lu := lire()) and time.monotonic() < limite:
        time.sleep(0.05)
    assert lu is not None
    return lu


@pytest.mark.integration
@pytest.mark.parametrize("coup", [signal.SIGTERM, signal.SIGKILL])
def test_rien_ne_survit_a_un_demarrage_interrompu(
    coup: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nom in SERVICES:
        monkeypatch.setenv(f"SBG_PORT_{nom.upper()}", str(port_libre()))
    with subprocess.Popen([sys.executable, "-m", "demo", "servir"], cwd=RACINE) as servir:
        tenir = attendre(acces.occupant)
        enfants = attendre(lambda: tenir.children(recursive=True) or None)
        servir.send_signal(coup)
        servir.wait()
    _, restants = psutil.wait_procs([tenir, *enfants], PATIENCE_S)
    assert restants == []
    assert not acces.est_tenu()
    assert not acces.fichier_acces().exists()


def test_arreter_ne_frappe_jamais_un_inconnu(dossier: Path, inconnu: psutil.Process) -> None:
    """Un numéro resté dans le dossier, ou un verrou tenu par un autre, ne désigne personne."""
    console = Console(quiet=True)
    for nom in ("verrou", "pid"):
        (dossier / nom).write_text(str(inconnu.pid))
    permanence.arreter(console)
    with acces.occuper():
        (dossier / "verrou").write_text(str(inconnu.pid))
        with pytest.raises(SystemeEnDefaut, match="Un processus inconnu tient"):
            permanence.arreter(console)
    assert inconnu.is_running()


def test_on_reconnait_les_notres_a_leur_commande(inconnu: psutil.Process) -> None:
    marque = f"marque-{os.getpid()}"
    commande = [sys.executable, "-c", "import time; time.sleep(60)", marque]
    with subprocess.Popen(commande) as notre:  # noqa: S603
        assert [p.pid for p in attendre(lambda: retrouver("time.sleep", marque) or None)] == [
            notre.pid
        ]
        assert retrouver(marque, "autre chose") == []
        eteindre(retrouver(marque))
        assert not psutil.pid_exists(notre.pid)
    assert inconnu.is_running()


@pytest.fixture
def bac(dossier: Path) -> Iterator[None]:
    """Un bac tenu, entier."""
    HorlogeFichier(dossier / "horloge").avancer(heure.lire_instant("2026-09-01T08:00"))
    with acces.occuper():
        Acces(
            services={"catalogue": "http://127.0.0.1:1"},
            bus="127.0.0.1:2",
            bases={"catalogue": Bases(api="a", interne="i", migrer="m")},
            itsm=Itsm(secret="whsec_eA=="),
            horloge=HorlogeFichier(dossier / "horloge")().astimezone(QUEBEC),
        ).ecrire()
        Emetteur().garder(acces.fichier_cle())
        yield


@pytest.mark.usefixtures("bac")
@pytest.mark.parametrize("nom", ["acces.json", "cle.pem", "horloge"])
@pytest.mark.parametrize("reste", [0, 7])
def test_un_fichier_coupe_est_une_phrase(dossier: Path, nom: str, reste: int) -> None:
    fichier = dossier / nom
    fichier.write_bytes(fichier.read_bytes()[:reste])
    commande = ["horloge", "2026-10-01T09:00"] if nom == "horloge" else ["jeton", "admin"]
    with pytest.raises(SystemeEnDefaut, match=rf"{nom} est illisible : « make down »"):
        appli(commande, standalone_mode=False)


@pytest.mark.parametrize("texte", ["abc", "", "80", "65000", "-1", "٣٠٠٠", "8001 "])
def test_un_port_de_service_illisible_se_nomme(texte: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SBG_PORT_SLA", texte)
    with pytest.raises(ReglageIllisible, match=r"SBG_PORT_SLA=.*un port de 1024"):
        Ports.de(service_de("sla"))


def test_deux_services_ne_partagent_pas_un_port() -> None:
    """Le consommateur de l'un est l'API de l'autre."""
    exiger_distincts({"sla": Ports.autour(8004), "courtier": Ports.autour(8005)})
    with pytest.raises(ReglageIllisible, match="Le port 8104 irait à sla et à courtier"):
        exiger_distincts({"sla": Ports.autour(8004), "courtier": Ports.autour(8104)})

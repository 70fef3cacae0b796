"""Le système entier, un vrai Prometheus qui le relève, un vrai collecteur qui reçoit."""

import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

from demo.systeme import Systeme
from outils.go import Programme
from outils.moteurs import port_libre
from outils.moteurs.processus import Serveur, fin_du_journal
from tests.observation.regles import ALERTES, RACINE

COLLECTEUR: Final = Path(__file__).with_name("collecteur")
PLAGE: Final = 27_000
"""Le bas des ports du système observé, loin de ceux de « make up »."""
PATIENCE: Final = 60.0
ROLES: Final = {"gestion": "api", "consommateur": "consommateur", "relais": "relais"}


def batir_collecteur(dossier: Path) -> tuple[Path, float]:
    """Bâtit le collecteur de ses modules Go épinglés; rend le programme et les secondes prises."""
    debut = time.monotonic()
    return Programme.lire("collecteur").batir(dossier), time.monotonic() - debut


@contextmanager
def collecteur(programme: Path, dossier: Path) -> Iterator[int]:
    """Un collecteur en marche; rend son port. Ses fichiers vont au dossier."""
    dossier.mkdir(parents=True, exist_ok=True)
    for ancien in ("traces.json", "journaux.json"):
        (dossier / ancien).unlink(missing_ok=True)
    port = port_libre()
    texte = (COLLECTEUR / "config.yaml").read_text("utf-8")
    config = dossier / "collecteur.yaml"
    place = texte.replace("127.0.0.1:PORT", f"127.0.0.1:{port}").replace("DOSSIER", str(dossier))
    config.write_text(place, "utf-8")
    commande = [str(programme), f"--config=file:{config}"]
    with _serveur(commande, dossier / "collecteur.log", dossier) as serveur:
        _attendre(serveur, f"http://127.0.0.1:{port}/v1/traces", methode="POST")
        yield port


@contextmanager
def prometheus(systeme: Systeme, dossier: Path) -> Iterator[str]:
    """Un Prometheus qui relève chaque rôle toutes les deux secondes, sous nos règles."""
    shutil.rmtree(dossier / "prometheus", ignore_errors=True)
    (dossier / "prometheus").mkdir(parents=True)
    config = dossier / "prometheus.yml"
    config.write_text(yaml.safe_dump(_configuration(systeme)), "utf-8")
    port = port_libre()
    commande = [
        "prometheus", f"--config.file={config}", f"--web.listen-address=127.0.0.1:{port}",
        f"--storage.tsdb.path={dossier / 'prometheus'}", *options_de_la_composition(),
    ]  # fmt: skip
    with _serveur(commande, dossier / "prometheus.log", dossier) as serveur:
        _attendre(serveur, f"http://127.0.0.1:{port}/-/ready")
        yield f"http://127.0.0.1:{port}"


def options_de_la_composition() -> list[str]:
    """Ce que la composition permet de plus à son Prometheus."""
    lue = yaml.safe_load((RACINE / "docker-compose.yml").read_text("utf-8"))
    dites: list[str] = lue["services"]["prometheus"]["command"]
    return [option for option in dites if option.startswith("--enable-feature=")]


def _configuration(systeme: Systeme) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": "2s", "evaluation_interval": "2s"},
        "rule_files": [str(ALERTES)],
        "scrape_configs": [
            {
                "job_name": job,
                "honor_labels": True,
                "static_configs": [
                    {
                        "targets": [f"127.0.0.1:{getattr(ports, role)}"],
                        "labels": {"service": service},
                    }
                    for service, ports in systeme.ports.items()
                ],
            }
            for role, job in ROLES.items()
        ],
    }


@contextmanager
def _serveur(commande: list[str], journal: Path, dossier: Path) -> Iterator[Serveur]:
    serveur = Serveur(commande, journal=journal, dossier=dossier)
    try:
        yield serveur
    finally:
        serveur.arreter()


def _attendre(serveur: Serveur, adresse: str, methode: str = "GET") -> None:
    limite = time.monotonic() + PATIENCE
    with httpx.Client(timeout=2.0, trust_env=False) as client:
        while serveur.vivant and time.monotonic() < limite:
            try:
                statut = client.request(methode, adresse).status_code
            except httpx.TransportError:
                statut = 503
            if statut < 500:
                return
            time.sleep(0.1)
    raise RuntimeError(f"{adresse} ne répond pas :\n{fin_du_journal(serveur.journal)}")


@asynccontextmanager
async def systeme_observe(
    dossier: Path, depart: datetime, port_otlp: int | None
) -> AsyncIterator[tuple[Systeme, str]]:
    """Le système de la démonstration, et l'adresse du Prometheus qui le relève."""
    otlp = {} if port_otlp is None else {
        "SBG_TRACES__OTLP": f"http://127.0.0.1:{port_otlp}/v1/traces",
        "SBG_TRACES__PART": "1",
        "SBG_SECURITE__OTLP": f"http://127.0.0.1:{port_otlp}/v1/logs",
        "OTEL_BSP_SCHEDULE_DELAY": "500",
        "OTEL_BSP_MAX_QUEUE_SIZE": "20000",
        "OTEL_BLRP_SCHEDULE_DELAY": "500",
    }  # fmt: skip

    class Observe(Systeme):
        def _environnement(self, nom: str) -> dict[str, str]:
            return {**Systeme._environnement(self, nom), **otlp}

    async with Observe.ouvrir(dossier / "systeme", depart, plage=PLAGE) as systeme:
        with ExitStack() as pile:
            yield systeme, pile.enter_context(prometheus(systeme, dossier))

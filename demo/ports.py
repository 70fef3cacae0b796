"""Les ports des cinq services, dans la plage demandée; leurs déclarations."""

import importlib
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo.defauts import ReglageIllisible, SystemeEnDefaut
from socle.service import Service

SERVICES = ("catalogue", "demandes", "facturation", "sla", "courtier")
PORT = 8_000
"""Le bas de la plage : le catalogue en est à +1, demandes à +2…"""
PORTS = range(1_024, 65_000)


def service_de(nom: str) -> Service[Any]:
    """La déclaration d'un service, par son nom."""
    declaration: Service[Any] = importlib.import_module(f"{nom}.main").service()
    return declaration


@dataclass(frozen=True, slots=True)
class Ports:
    """Les ports d'un service : le public, et celui de la gestion de chaque rôle."""

    api: int
    consommateur: int
    relais: int
    gestion: int

    @classmethod
    def de(cls, service: Service[Any], plage: int = PORT) -> "Ports":
        """Le port du service dans la plage, ou celui de `SBG_PORT_<SERVICE>`.

        Lève `ReglageIllisible` si ce n'est pas un port, ou s'il n'en laisse pas aux autres rôles.
        """
        variable = f"SBG_PORT_{service.nom.upper()}"
        voulu = os.environ.get(variable, str(plage + service.port - PORT))
        if not (voulu.isascii() and voulu.isdecimal() and int(voulu) in PORTS):
            raise ReglageIllisible(
                f"{variable}={voulu} : un port de {PORTS.start} à {PORTS.stop - 1} est attendu."
            )
        return cls.autour(int(voulu))

    @classmethod
    def autour(cls, api: int) -> "Ports":
        """Ceux de gestion suivent : consommateur +100, relais +200, api +300."""
        return cls(api, api + 100, api + 200, api + 300)

    @property
    def de_gestion(self) -> tuple[int, int, int]:
        """Ceux où se lisent santé et mesures : api, consommateur, relais."""
        return self.gestion, self.consommateur, self.relais

    @property
    def tous(self) -> tuple[int, ...]:
        """Chacun de ses ports."""
        return self.api, *self.de_gestion

    def verifier(self, nom: str) -> None:
        """Lève `SystemeEnDefaut` si un des ports est pris."""
        for port in self.tous:
            with socket.socket() as prise:
                prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    prise.bind(("127.0.0.1", port))
                except OSError as erreur:
                    raise SystemeEnDefaut(
                        f"Le port {port} (service {nom}) est occupé. Libérez-le, arrêtez un autre"
                        " « make up », ou choisissez une autre plage : PORT=21000."
                    ) from erreur


def exiger_distincts(ports: Mapping[str, Ports]) -> None:
    """Lève `ReglageIllisible` si deux rôles, du même service ou non, auraient le même port."""
    tenus: dict[int, str] = {}
    for nom, siens in ports.items():
        for port in siens.tous:
            if port in tenus:
                raise ReglageIllisible(
                    f"Le port {port} irait à {tenus[port]} et à {nom} : les rôles suivent l'API, à"
                    " +100, +200 et +300."
                )
            tenus[port] = nom


def ports_libres(services: Mapping[str, Service[Any]], plage: int) -> dict[str, Ports]:
    """Les ports de chaque service; lève `SystemeEnDefaut` s'ils ne peuvent être pris."""
    ports = {nom: Ports.de(service, plage) for nom, service in services.items()}
    exiger_distincts(ports)
    for nom, siens in ports.items():
        siens.verifier(nom)
    return ports

"""Un rôle n'importe que ce qu'il fait tourner (ADR 0025)."""

import subprocess
import sys

import pytest

from demo.ports import SERVICES

LOURDS = ("alembic", "fastapi", "holidays", "httpx", "jinja2", "jwt", "numpy", "typst")
INTERNES = ("opentelemetry.sdk", "sqlalchemy.orm")
_CHARGER = """
import sys
import socle.lanceur, socle.roles.consommateur, socle.roles.relais
from {service}.main import service
declare = service()
declare.ecoutes, declare.publications, declare.prises
{taches}
print(*(nom for nom in {noms} if nom in sys.modules))
"""


@pytest.mark.parametrize("service", SERVICES)
def test_relais_et_consommateur_ne_chargent_rien_de_l_api(service: str) -> None:
    # Les données de mise en route se lisent des mêmes schémas que la porte du catalogue.
    taches = "" if service == "catalogue" else "declare.taches(declare.reglages(mode='essai'))"
    programme = _CHARGER.format(service=service, taches=taches, noms=(*LOURDS, *INTERNES))
    rendu = subprocess.run(  # noqa: S603 -- notre propre interprète
        [sys.executable, "-c", programme], capture_output=True, text=True, check=True
    )
    assert rendu.stdout.split() == []

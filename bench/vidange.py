"""Vide un arriéré dans un processus neuf : `python -m bench.vidange nombre groupe`.

Dépose, puis fait tourner relais et consommateur du produit jusqu'au dernier effet; imprime les
secondes et la mémoire la plus haute, en mégaoctets.
"""

import asyncio
import json
import logging
import os
import sys
import time
from pathlib import Path

import structlog

from bench.faits import deposer
from outils.essais.temoin.service import service_isole
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bus.kafka import ReglagesBus, preparer_sujets
from socle.envoi.relais import Relais
from socle.exploitation.arret import Arret
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante
from socle.reception import Ordre
from socle.reception.consommateur import Consommateur
from socle.roles import Roles


async def vider(dsn: str, bus: ReglagesBus, nombre: int, groupe: str) -> dict[str, float]:
    """Dépose `nombre` faits, puis les porte et les consomme ensemble."""
    service = service_isole(groupe, Ordre.STRICT)
    moteur, mesures, arret = ouvrir_moteur(dsn, DelaisBase()), Mesures(groupe), Arret()
    reception = Roles(service, service.reglages()).reception(moteur, mesures)
    relais = Relais(moteur, bus, groupe, Sante(), mesures)
    boucle = Consommateur(reception, bus, service.sujets_lus, groupe, Sante(), mesures)
    await preparer_sujets(bus, service.sujets)
    await deposer(moteur, service.sujet, nombre)
    consommation = asyncio.create_task(boucle.tourner(arret))
    await asyncio.sleep(2)  # le groupe se forme : une constante, hors de ce qui se compare
    debut = time.perf_counter()
    portage = asyncio.create_task(relais.tourner(arret))
    while mesures.recus._value.get() < nombre:  # noqa: ASYNC110 -- on sonde un compteur
        await asyncio.sleep(0.005)
    secondes = time.perf_counter() - debut
    arret.demander()
    await asyncio.gather(consommation, portage)
    await moteur.fermer()
    return {"secondes": secondes, "megaoctets": memoire_la_plus_haute()}


def memoire_la_plus_haute() -> float:
    """Le sommet de mémoire résidente, en Mo; `ru_maxrss` garderait celui du lanceur."""
    etat = Path("/proc/self/status").read_text("ascii")
    return int(etat.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    reglages = ReglagesBus.model_validate_json(os.environ["SBG_BENCH_BUS"])
    dsn_interne = os.environ["SBG_BENCH_DSN"]
    print(json.dumps(asyncio.run(vider(dsn_interne, reglages, int(sys.argv[1]), sys.argv[2]))))

"""Ce que coûtent les traces gardées à 10 %, envoyées à un collecteur local, contre coupées."""

import asyncio
from itertools import count

from bench.charge import debit
from bench.nu import ORGANISME
from bench.rest import ECRITURES, ecritures
from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from outils.essais.temoin.service import service

_ACCUSE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def _collecter(lecteur: asyncio.StreamReader, sortie: asyncio.StreamWriter) -> None:
    """Lit un envoi OTLP, l'accuse, l'oublie."""
    tete = await lecteur.readuntil(b"\r\n\r\n")
    longueur = int(tete.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    await lecteur.readexactly(longueur)
    sortie.write(_ACCUSE)
    await sortie.drain()
    sortie.close()


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Le temps d'une écriture REST avec traces, moins celui sans, en part de celui-ci."""
    acces = await scene.modeles.copie(service())
    jeton, comptes = scene.emetteur.jeton(["demandeur"], organisme=ORGANISME), count()
    collecteur = await asyncio.start_server(_collecter, "127.0.0.1", 0)
    port = collecteur.sockets[0].getsockname()[1]
    otlp = {
        "SBG_TRACES__OTLP": f"http://127.0.0.1:{port}/v1/traces",
        "SBG_TRACES__PART": "0.1",
    }
    commande, reglages = ("outils.essais.temoin", "api"), scene.reglages(acces)
    coupees = await scene.servir("sans-traces", *commande, **reglages)
    gardees = await scene.servir("traces", *commande, **reglages, **otlp)
    async with collecteur:
        mesures = await entrelacer(
            {
                "coupees": lambda: debit(coupees, ecritures(jeton, comptes, ECRITURES)),
                "gardees": lambda: debit(gardees, ecritures(jeton, comptes, ECRITURES)),
            },
            tours,
        )
    durees = {nom: [1e3 / d for d in debits] for nom, debits in mesures.items()}
    resultats.rapport(
        "écriture REST, traces à 10 % contre coupées",
        "ms",
        durees["gardees"],
        durees["coupees"],
        But("≤", 1.25),
    )

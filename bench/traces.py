"""Ce que coûte d'observer : le journal, et la part des traces d'office vers un collecteur local."""

import asyncio

from bench import exemplaires
from bench.charge import debit
from bench.nu import ORGANISME
from bench.rest import charges
from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from outils.essais.temoin.service import service

ENTIERE_AU_PLUS = 6.0
"""Sans échantillon, chaque étape se paie, et son envoi : la borne ne dit qu'un ordre."""
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
    """Le temps d'une requête observée, en part de celui d'une requête dont rien ne se dit.

    Deux fois : à l'échantillon d'office, et sans échantillon, qui dit ce que celui-ci épargne.

    L'histogramme, moins d'une microseconde, compte dans les deux : il ne se coupe pas. Ce
    qu'il prend de plus pour citer une trace se mesure à part.
    """
    await exemplaires.mesurer(resultats, tours)
    acces = await scene.modeles.copie(service())
    jeton = scene.emetteur.jeton(["demandeur"], organisme=ORGANISME)
    collecteur = await asyncio.start_server(_collecter, "127.0.0.1", 0)
    port = collecteur.sockets[0].getsockname()[1]
    observee = {"SBG_TRACES__OTLP": f"http://127.0.0.1:{port}/v1/traces"}
    commande, reglages = ("outils.essais.temoin", "api"), scene.reglages(acces)
    muets = await scene.servir("muet", *commande, **reglages, SBG_JOURNAL="WARNING")
    dits = await scene.servir("observe", *commande, **reglages, **observee)
    entiers = await scene.servir(
        "observe-en-entier", *commande, **reglages, **observee, SBG_TRACES__PART="1"
    )
    async with collecteur:
        for nom, preparer in charges(jeton):
            mesures = await entrelacer(
                {
                    "muette": lambda preparer=preparer: debit(muets, preparer()),  # type: ignore[misc]
                    "observée": lambda preparer=preparer: debit(dits, preparer()),  # type: ignore[misc]
                    "entière": lambda preparer=preparer: debit(entiers, preparer()),  # type: ignore[misc]
                },
                tours,
            )
            durees = {qui: [1e3 / d for d in debits] for qui, debits in mesures.items()}
            for part, observation, but in (
                ("2 % des traces", "observée", But("≤", 1.15)),
                ("toutes les traces", "entière", But("≤", ENTIERE_AU_PLUS)),
            ):
                mesure = f"{nom}, journal et {part} contre rien"
                resultats.rapport(mesure, "ms", durees[observation], durees["muette"], but)

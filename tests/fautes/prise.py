"""À la prise : dès l'arrivée d'un 2xx, une autre connexion doit voir ce qui est commis."""

import asyncio
from dataclasses import dataclass, replace
from uuid import uuid4

import asyncpg
import orjson

from outils.essais.banc import HorlogeConduite, monter, reglages_d_essai
from outils.essais.greffon import Modeles
from outils.essais.temoin.service import service_isole
from socle.web.appel import Etat
from tests.fautes.mutants import ExecuteurPresse

CLIENTS = 8


@dataclass(slots=True)
class Observation:
    """Ce que les prises ont vu."""

    reponses: int = 0
    avant_commit: int = 0


async def observer(modeles: Modeles, ecritures: int, *, mutant: bool = False) -> Observation:
    """Écrit par des prises nues; relit par une autre connexion dès la réponse reçue."""
    service = service_isole("temoin")
    acces = await modeles.copie(service)
    reglages = reglages_d_essai(service.reglages, acces, str(modeles.jwks))
    banc = monter(service, reglages, modeles.emetteur, HorlogeConduite())
    if mutant:
        etat: Etat = banc.application.state.sbg
        presse = ExecuteurPresse(etat.executeur.moteur, etat.executeur.deroulement)
        banc.application.state.sbg = replace(etat, executeur=presse)
    vue = Observation()
    try:
        async with banc.servi() as port:
            jeton = banc.emetteur.jeton(["demandeur"], organisme="MTQ")
            par_client = ecritures // CLIENTS
            await asyncio.gather(
                *(
                    _client(port, jeton, acces["interne"], f"c{i}", par_client, vue)
                    for i in range(CLIENTS)
                )
            )
    finally:
        await banc.fermer()
    return vue


async def _client(
    port: int, jeton: str, dsn: str, code: str, ecritures: int, vue: Observation
) -> None:
    temoin = await asyncpg.connect(dsn)
    lire = await temoin.prepare("SELECT version FROM comptes WHERE code = $1")
    lecteur, ecrivain = await asyncio.open_connection("127.0.0.1", port)
    try:
        for _ in range(ecritures):
            ecrivain.write(_requete(jeton, code))
            statut, corps = await _reponse(lecteur)
            commise = await lire.fetchval(code) or 0
            if 200 <= statut < 300:
                vue.reponses += 1
                vue.avant_commit += commise < orjson.loads(corps)["version"]
    finally:
        ecrivain.close()
        await ecrivain.wait_closed()
        await temoin.close()


def _requete(jeton: str, code: str) -> bytes:
    corps = b'{"de":1}'
    lignes = [
        f"POST /v1/comptes/{code}/augmentation HTTP/1.1",
        "Host: essai",
        "Content-Type: application/json",
        f"Content-Length: {len(corps)}",
        f"Authorization: Bearer {jeton}",
        f"Idempotency-Key: {uuid4().hex}",
    ]
    return "\r\n".join(lignes).encode() + b"\r\n\r\n" + corps


async def _reponse(lecteur: asyncio.StreamReader) -> tuple[int, bytes]:
    entete = await lecteur.readuntil(b"\r\n\r\n")
    statut = int(entete.split(b" ", 2)[1])
    longueur = next(
        int(ligne.partition(b":")[2])
        for ligne in entete.lower().split(b"\r\n")
        if ligne.startswith(b"content-length")
    )
    return statut, await lecteur.readexactly(longueur)

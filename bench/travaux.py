"""Un travail de fond sur `n` lignes, dans un processus neuf : `python -m bench.travaux nom n`.

Remplit la base, fait le travail par le code du produit, imprime les secondes et la mémoire la plus
haute, en mégaoctets.
"""

import asyncio
import json
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import asyncpg
import structlog

from bench.consommation import DEPART
from bench.vidange import memoire_la_plus_haute
from demandes.webhooks.adaptateurs.vues import conservation
from outils.essais.temoin.service import CompteSuivi, service
from socle.bd.moteur import DelaisBase, Moteur, ouvrir_moteur
from socle.bus.enveloppe import Enveloppe, Message, en_tetes_binaires
from socle.conservation import du_socle, purger
from socle.execution.sceaux import oublier, sceller, verifier
from socle.exploitation.mesures import Mesures
from socle.operateur import PAR_APPEL, Attente, Choix, Operateur
from socle.reception.consommateur import LOT
from socle.reception.reception import Reception
from socle.reception.reconstruction import vider
from socle.reglages import Reglages, ReglagesConservation
from socle.roles import Roles

GUIDE = "sbg.guide.v1"
AGE = timedelta(days=500)
ECHUES = """
INSERT INTO socle_inbox (evenement_id, sujet, garde_jusqua)
SELECT gen_random_uuid(), 'sbg.x.v1', clock_timestamp() - interval '1 day'
FROM generate_series(1, $1::int)
"""
REPONSES = """
INSERT INTO socle_idempotence
  (appelant, operation, cle, organisme, empreinte, statut, en_tetes, corps, garde_jusqua)
SELECT 'a', 'o', gen_random_uuid()::text, 'MTQ', '', 200, '{}', '',
       clock_timestamp() - interval '1 day'
FROM generate_series(1, $1::int)
"""
AUDIT = """
INSERT INTO socle_audit (tx, le, acteur, organisme, operation, objet, faits, empreinte, trace)
SELECT (n::bigint * 500 / $1)::text::xid8, clock_timestamp(), 'a', 'MTQ', 'o', 'x', '{}', '', ''
FROM generate_series(1, $1::int) AS n
"""
ABONNE = """
INSERT INTO webhooks (id, url, types, secrets, cree_le, etat, echecs, version)
VALUES ($1, 'https://exemple.quebec', '{}', '{}', clock_timestamp(), 'actif', 0, 1)
"""
ENVOIS = """
INSERT INTO webhook_envois (webhook_id, evenement_id, type, cle, corps, etat, essais,
                            prochain_essai, livre_le)
SELECT $2, gen_random_uuid(), 't', 'c', '{}', 'livre', 1, d, d
FROM generate_series(1, $1::int) AS n,
     LATERAL (SELECT clock_timestamp() - make_interval(days => 40 * (n % 2)) AS d) AS age
"""

REBUTS = """
INSERT INTO socle_rebuts (evenement_id, sujet, cle, sequence, raison, ecarte_le, message)
SELECT id, $2, 'MTQ-c0', 0, 'essai', clock_timestamp(),
       convert_to(replace($3, $4, id::text), 'UTF8')
FROM generate_series(1, $1::int) AS n, LATERAL (SELECT gen_random_uuid() AS id, n) AS neuf
"""


@dataclass(frozen=True, slots=True)
class Atelier:
    """La base d'un travail, et le code du témoin sur elle."""

    proprietaire: asyncpg.Connection
    moteur: Moteur
    reception: Reception

    @classmethod
    @asynccontextmanager
    async def ouvrir(cls) -> AsyncIterator["Atelier"]:
        proprietaire = await asyncpg.connect(os.environ["SBG_BENCH_MIGRER"])
        moteur = ouvrir_moteur(os.environ["SBG_BENCH_INTERNE"], DelaisBase())
        temoin = service()
        roles = Roles(temoin, temoin.reglages())
        try:
            yield cls(proprietaire, moteur, roles.reception(moteur, Mesures("temoin")))
        finally:
            await moteur.fermer()
            await proprietaire.close()

    async def epuiser(self, faire: Callable[[], Awaitable[int]]) -> None:
        """Recommence tant qu'il y a à faire, comme une tâche."""
        while await faire():
            pass

    async def recevoir(self, nombre: int, *, de: int, sequence: int) -> None:
        """Fait recevoir un fait de chacun de `nombre` comptes."""
        lot: list[Message] = []
        for message in suivis(nombre, de, sequence):
            lot.append(message)
            if len(lot) == LOT:
                await self.reception.traiter(lot)
                lot = []
        await self.reception.traiter(lot)


def suivis(nombre: int, de: int, sequence: int) -> Iterator[Message]:
    """Un fait de chacun de `nombre` comptes, tel que le bus le porte."""
    for rang in range(nombre):
        fait = CompteSuivi(code=f"c{rang}", organisme="MTQ", de=de)
        enveloppe = Enveloppe(
            id=uuid4(),
            type=fait.TYPE,
            version=fait.VERSION,
            survenu_le=DEPART,
            enregistre_le=DEPART,
            sequence=sequence,
            sujet=GUIDE,
            cle=fait.cle,
        )
        en_tetes = {nom: valeur.decode() for nom, valeur in en_tetes_binaires(enveloppe, {})}
        yield Message(GUIDE, 0, rang, fait.cle, en_tetes, fait.model_dump_json().encode())


async def purge(atelier: Atelier, nombre: int) -> float:
    """Réponses et réceptions échues."""
    for requete in (ECHUES, REPONSES):
        await atelier.proprietaire.execute(requete, nombre)
    familles = du_socle(ReglagesConservation())
    debut = time.perf_counter()
    await atelier.epuiser(lambda: purger(atelier.moteur, familles))
    return time.perf_counter() - debut


async def audit(atelier: Atelier, nombre: int) -> float:
    """Sceller, vérifier, puis oublier."""
    await atelier.proprietaire.execute(AUDIT, nombre)
    await atelier.proprietaire.execute("ANALYZE socle_audit")  # comme l'autovacuum
    debut = time.perf_counter()
    await atelier.epuiser(lambda: sceller(atelier.moteur))
    if (await verifier(atelier.moteur)).rupture is not None:
        raise AssertionError("la chaîne devait tenir")
    await atelier.proprietaire.execute("UPDATE socle_sceaux SET scelle_le = '2000-01-01Z'")
    await atelier.epuiser(lambda: oublier(atelier.moteur, AGE))
    return time.perf_counter() - debut


async def envois(atelier: Atelier, nombre: int) -> float:
    """Des envois dont la moitié a passé son âge."""
    abonne = uuid4()
    await atelier.proprietaire.execute(ABONNE, abonne)
    await atelier.proprietaire.execute(ENVOIS, nombre, abonne)

    familles = conservation(Reglages())
    debut = time.perf_counter()
    await atelier.epuiser(lambda: purger(atelier.moteur, familles))
    return time.perf_counter() - debut


async def refaire(atelier: Atelier, nombre: int) -> float:
    """Vider un modèle de lecture, puis le refaire."""
    await atelier.recevoir(nombre, de=1, sequence=1)
    debut = time.perf_counter()
    for table in ("passages", "effets", "socle_inbox", "socle_suivi"):
        await vider(atelier.moteur, table)
    await atelier.recevoir(nombre, de=1, sequence=1)
    return time.perf_counter() - debut


async def liberer(atelier: Atelier, nombre: int) -> float:
    """Des stationnés que rien ne retient plus, chacun sous sa clé."""
    await atelier.recevoir(nombre, de=1, sequence=2)
    await atelier.proprietaire.execute("UPDATE socle_suivi SET derniere = 1")
    debut = time.perf_counter()
    if await atelier.reception.liberer() != nombre:
        raise AssertionError("tous devaient partir")
    return time.perf_counter() - debut


async def rebuts(atelier: Atelier, nombre: int) -> float:
    """Des rebuts de cent kilo-octets, que l'opérateur écarte tous."""
    (modele,) = suivis(1, 1, 1)
    gros = replace(modele, en_tetes={**modele.en_tetes, "bruit": "x" * 100_000})
    await atelier.proprietaire.execute(
        REBUTS, nombre, GUIDE, gros.en_octets().decode(), str(gros.identifiant)
    )
    operateur = Operateur(atelier.reception, "sbg.temoin.v1")
    debut = time.perf_counter()
    gardes = await operateur.lister(Attente.REBUTS, Choix(), PAR_APPEL)
    for garde in gardes:
        await operateur.ecarter(Attente.REBUTS, garde, "essai")
    if len(gardes) != nombre:
        raise AssertionError("tous devaient être rebutés")
    return time.perf_counter() - debut


TRAVAUX: Mapping[str, Callable[[Atelier, int], Awaitable[float]]] = {
    travail.__name__: travail for travail in (purge, audit, envois, refaire, liberer, rebuts)
}


async def _faire(nom: str, nombre: int) -> dict[str, float]:
    async with Atelier.ouvrir() as atelier:
        secondes = await TRAVAUX[nom](atelier, nombre)
    return {"secondes": secondes, "megaoctets": memoire_la_plus_haute()}


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    print(json.dumps(asyncio.run(_faire(sys.argv[1], int(sys.argv[2])))))

"""Perdre un sujet, le rendre de sa copie, puis en refaire chaque modèle de lecture, chronométré.

La flotte sort des rotations : le sujet des demandes porte tout ce que le trafic y a mis.
"""

import asyncio
import re
import secrets
import time
from collections.abc import Mapping
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from pydantic import SecretStr

from demo.ports import SERVICES, service_de
from outils.essais.bus import lire_le_bus
from socle.bus.enveloppe import Message
from socle.horloge import horloge_systeme
from socle.schema.migrer import migrer
from socle.schema.provisionnement import ROLES, provisionner
from tests.exercices.arbre import Arbre
from tests.exercices.defauts import exiger
from tests.exercices.flotte import Flotte
from tests.exercices.mandataire import Trafic
from tests.exercices.mise_a_niveau import SUJET, juger
from tests.exercices.resultats import Mesure

RTO_S = 3_600.0
_RELUS = re.compile(r"(\d+) messages relus, modèles")
_REBUTS = "SELECT (SELECT count(*) FROM socle_rebuts) + (SELECT count(*) FROM socle_stationnement)"
N = Arbre.n()


async def jouer(flotte: Flotte, trafic: Trafic) -> list[Mesure]:
    """Joue la perte et le retour, puis les reconstructions; lève `ExerciceManque`."""
    copie = flotte.dossier / "copie"
    await flotte.commander("demandes", N, "sujet", "exporter", str(copie))
    async with trafic.en_continu(1):
        await trafic.durer(1, au_moins=3)
    await juger(flotte, trafic)
    # Arrêté, le relais ne met plus de jalon après la dernière tranche.
    await flotte.retirer(*flotte.repliques)
    debut = time.monotonic()
    await flotte.sbg("demandes", "sujet", "exporter", str(copie))
    mesures = [Mesure("sujet : une tranche de sa copie", time.monotonic() - debut, "s")]
    mesures += await _perdre_et_rendre(flotte, copie)
    mesures += await _refaire_les_modeles(flotte)
    await _reprendre(flotte, trafic)
    return mesures


async def _perdre_et_rendre(flotte: Flotte, copie: Path) -> list[Mesure]:
    """Le sujet disparaît; la copie le rend, message pour message, position pour position."""
    avant, instant = await lire_le_bus(flotte.bus, SUJET), horloge_systeme()
    await _effacer(flotte)
    debut = time.monotonic()
    await flotte.commander("demandes", N, "sujet", "rendre", str(copie))
    realigner = ("realigner", "--depuis", instant.isoformat(), "--oui")
    services = ("demandes", "facturation")
    dits = await asyncio.gather(*(flotte.commander(s, N, *realigner) for s in services))
    for dit in dits:
        exiger(" 0 que la base ne savait plus" in dit, f"des orphelins :\n{dit}")
    duree = time.monotonic() - debut
    apres = await lire_le_bus(flotte.bus, SUJET)
    exiger(
        _places(apres) == _places(avant), f"{len(avant)} messages, rendus {len(apres)}, autrement"
    )
    return [
        Mesure("sujet perdu : messages rendus à leurs positions", len(apres), ""),
        Mesure("sujet perdu : de la perte au réalignement (RTO)", duree, "s", RTO_S),
    ]


def _places(messages: list[Message]) -> dict[tuple[int, int], Message]:
    return {(m.partition, m.position): m for m in messages}


async def _effacer(flotte: Flotte) -> None:
    """Efface le sujet, et attend que le bus ne le montre plus."""
    admin = AIOKafkaAdminClient(**flotte.bus.acces())
    await admin.start()
    try:
        await admin.delete_topics([SUJET])

        async def manque() -> str | None:
            return SUJET if SUJET in await admin.list_topics() else None

        await flotte.attendre(manque, "sujet effacé")
    finally:
        await admin.close()


async def _refaire_les_modeles(flotte: Flotte) -> list[Mesure]:
    """Refait les modèles de chaque service du bus rendu, et retrouve ceux qui vivaient."""
    for nom in SERVICES:
        if nom not in flotte.acces:
            mots = {role: secrets.token_hex(12) for role in ROLES}
            acces = await provisionner(flotte.serveur.dsn, nom, mots)
            await migrer(SecretStr(acces.migrer), service_de(nom).migrations)
            flotte.acces[nom] = acces
    mesures = []
    for nom in SERVICES:
        vivants, avant = nom in {"demandes", "facturation"}, await _comptes(flotte, nom)
        debut = time.monotonic()
        dit = await flotte.commander(nom, N, "reconstruire", "--oui")
        duree = time.monotonic() - debut
        exiger(not await flotte.valeur(nom, _REBUTS), f"{nom} : des rebuts ou des stationnés")
        apres = await _comptes(flotte, nom)
        exiger(not vivants or apres == avant, f"{nom} : {avant} refait en {apres}")
        lus = int(_RELUS.findall(dit)[-1])
        quoi = f"modèles de lecture de {nom}, {lus} messages, démarrage compris"
        mesures.append(Mesure(quoi, duree, "s", RTO_S))
    return mesures


async def _comptes(flotte: Flotte, nom: str) -> Mapping[str, int]:
    """Combien de lignes a chaque modèle de lecture."""
    tables = [table.name for table in service_de(nom).copies]
    return {t: await flotte.valeur(nom, f"SELECT count(*) FROM {t}") for t in tables}


async def _reprendre(flotte: Flotte, trafic: Trafic) -> None:
    """Le service reprend : les faits neufs suivent les anciens, sans trou ni double."""
    await flotte.mettre_en_service(*(flotte.lancer(n, N) for n in ("demandes", "facturation")))
    async with trafic.en_continu(1):
        await trafic.durer(1, au_moins=3)
    await juger(flotte, trafic)

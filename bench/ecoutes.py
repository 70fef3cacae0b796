"""Ce que coûte à courtier le flot de demandes : en ne réclamant que ses clés, contre toutes."""

import time
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import asyncpg

from bench.consommation import DEPART, enregistrements, recu, vies
from bench.membre import PRODUCTEUR
from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from contrats import Evenement
from contrats.demandes import OrganismeInscrit
from courtier.main import service as service_courtier
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bus.enveloppe import Message
from socle.exploitation.mesures import Mesures
from socle.reception.consommateur import LOT
from socle.reception.reception import Reception
from socle.roles import Roles

DEMANDES, ORGANISMES = 4_000, 8
"""Chaque demande a deux faits; des organismes s'inscrivent çà et là."""
_ECRITES = ("socle_inbox", "socle_suivi", "socle_audit", "organismes")
_VIDER = f"TRUNCATE {', '.join(_ECRITES)}"
_COMPTER = " + ".join(f"(SELECT count(*) FROM {table})" for table in _ECRITES)  # noqa: S608 -- nos tables


def flot() -> list[Message]:
    """Des faits de demandes, et quelques organismes parmi eux, tels que le bus les porte."""
    faits: list[tuple[Evenement, datetime, int]] = list(vies(DEMANDES))
    pas = len(faits) // ORGANISMES
    for rang in range(ORGANISMES):
        code = f"ORG{rang}"
        inscrit = OrganismeInscrit(organisme=code, nom=code, assujetti_rcti=True)
        faits.insert(rang * pas, (inscrit, DEPART, 1))
    envoyes = enregistrements(PRODUCTEUR, iter(faits))
    return [recu(rang, message) for rang, message in enumerate(envoyes)]


class _Banc:
    """La réception de courtier sur sa base, et ce qu'elle écrit."""

    def __init__(self, acces: dict[str, str], messages: Sequence[Message]) -> None:
        self.acces = acces
        self.messages = messages
        self.service = service_courtier()
        self.lignes: dict[bool, list[float]] = {True: [], False: []}

    async def recevoir(self, evenements: Collection[type[Any]]) -> float:
        """Les événements reçus par seconde, par lots comme le bus les donne."""
        proprietaire = await asyncpg.connect(self.acces["migrer"])
        moteur = ouvrir_moteur(self.acces["interne"], DelaisBase())
        executeur = Roles(self.service, self.service.reglages()).executeur(moteur)
        reception = Reception(
            executeur,
            self.service.ecoutes,
            "courtier",
            Mesures("courtier"),
            evenements=evenements,
        )
        try:
            await proprietaire.execute(_VIDER)
            debut = time.perf_counter()
            for rang in range(0, len(self.messages), LOT):
                await reception.traiter(self.messages[rang : rang + LOT])
            duree = time.perf_counter() - debut
            self.lignes[bool(evenements)].append(await proprietaire.fetchval(f"SELECT {_COMPTER}"))
            if await proprietaire.fetchval("SELECT count(*) FROM organismes") != ORGANISMES:
                raise AssertionError("chaque organisme devait être connu")
            return len(self.messages) / duree
        finally:
            await moteur.fermer()
            await proprietaire.close()


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Les événements par seconde et les lignes écrites, contre la réclamation de tout le sujet."""
    banc = _Banc(await scene.modeles.copie(service_courtier()), flot())
    essais = {
        "ses clés": partial(banc.recevoir, banc.service.evenements),
        "toutes": partial(banc.recevoir, ()),
    }
    m = await entrelacer(essais, tours)
    nom = f"courtier, {len(banc.messages)} faits de demandes"
    resultats.rapport(
        f"{nom}, ses clés contre toutes", "événements/s", m["ses clés"], m["toutes"], But("≥", 3)
    )
    resultats.rapport(
        f"{nom}, lignes écrites", "lignes", banc.lignes[True], banc.lignes[False], But("≤", 0.02)
    )

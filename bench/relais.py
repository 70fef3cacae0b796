"""Le relais, contre l'envoi aiokafka des mêmes octets : en rafale, puis un à un."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer

from bench.faits import Enregistrement, deposer, lire
from bench.resultats import But, Resultats
from bench.scene import Scene
from bench.tours import entrelacer
from outils.essais.temoin.service import service_isole
from socle.bd.moteur import DelaisBase, Moteur, ouvrir_moteur
from socle.bus.kafka import nouveau_producteur, preparer_sujets
from socle.envoi.relais import Relais
from socle.exploitation.mesures import Mesures
from socle.exploitation.sante import Sante

TAILLES = (1_000, 5_000)
EN_SERIE = 100


async def porter(relais: Relais) -> None:
    """Vide la boîte d'envoi, comme la boucle du produit."""
    while await relais.tour():
        pass


async def envoyer_en_rafale(
    producteur: AIOKafkaProducer, sujet: str, messages: Sequence[Enregistrement]
) -> None:
    """Tout part, puis on attend tous les accusés."""
    attentes = [
        await producteur.send(sujet, key=cle, value=charge, headers=en_tetes)
        for cle, charge, en_tetes in messages
    ]
    await asyncio.gather(*attentes)


async def envoyer_en_serie(
    producteur: AIOKafkaProducer, sujet: str, messages: Sequence[Enregistrement]
) -> None:
    """Un message, son accusé, le suivant."""
    for cle, charge, en_tetes in messages:
        await producteur.send_and_wait(sujet, key=cle, value=charge, headers=en_tetes)


def producteur_sans_attente(scene: Scene) -> AIOKafkaProducer:
    """Aussi sûr que celui du produit, sans le délai de groupage qui ralentirait l'envoi en série.

    L'embarqué, grappe simulée, prend les mêmes réglages.
    """
    return AIOKafkaProducer(
        bootstrap_servers=scene.bus.adresses, acks="all", enable_idempotence=True, linger_ms=0
    )


@asynccontextmanager
async def _relais(scene: Scene, moteur: Moteur, nom: str) -> AsyncIterator[Relais]:
    relais = Relais(moteur, scene.bus, nom, Sante(), Mesures(nom))
    try:
        yield relais
    finally:
        await relais.jeter_producteur()


@dataclass(frozen=True, slots=True)
class _Banc:
    """Le relais et les deux producteurs que l'on compare, sur le même sujet."""

    moteur: Moteur
    sujet: str
    relais: Relais
    rafale: AIOKafkaProducer
    serie: AIOKafkaProducer

    async def comparer(self, resultats: Resultats, taille: int, tours: int) -> None:
        await deposer(self.moteur, self.sujet, taille)
        messages = await lire(self.moteur)
        await porter(self.relais)

        async def du_relais() -> float:
            await deposer(self.moteur, self.sujet, taille)
            return await _debit(taille, porter(self.relais))

        m = await entrelacer(
            {
                "relais": du_relais,
                "rafale": lambda: _debit(
                    taille, envoyer_en_rafale(self.rafale, self.sujet, messages)
                ),
                "serie": lambda: _debit(
                    EN_SERIE, envoyer_en_serie(self.serie, self.sujet, messages[:EN_SERIE])
                ),
            },
            tours,
        )
        for contre, but in (("rafale", But("≥", 0.3)), ("serie", But("≥", 5))):
            nom = f"relais, {taille} faits, contre l'envoi en {contre.replace('serie', 'série')}"
            resultats.rapport(nom, "faits/s", m["relais"], m[contre], but)


async def _debit(nombre: int, envoi: Awaitable[None]) -> float:
    debut = time.perf_counter()
    await envoi
    return nombre / (time.perf_counter() - debut)


async def mesurer(scene: Scene, resultats: Resultats, tours: int) -> None:
    """Les faits portés par seconde, à deux tailles."""
    service = service_isole(f"porteur{os.getpid()}")
    acces = await scene.modeles.copie(service)
    await preparer_sujets(scene.bus, service.sujets)
    moteur = ouvrir_moteur(acces["interne"], DelaisBase())
    rafale, serie = nouveau_producteur(scene.bus, "rafale"), producteur_sans_attente(scene)
    await rafale.start()
    await serie.start()
    try:
        async with _relais(scene, moteur, service.nom) as relais:
            banc = _Banc(moteur, service.sujet, relais, rafale, serie)
            for taille in TAILLES:
                await banc.comparer(resultats, taille, tours)
    finally:
        await rafale.stop()
        await serie.stop()
        await moteur.fermer()

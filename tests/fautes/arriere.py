"""L'arriéré : déposer vite beaucoup de faits, puis voir à quelle vitesse ils se résorbent."""

import asyncio
import signal
import time
from collections.abc import Mapping, Sequence
from uuid import uuid4

from outils.essais.temoin.service import Depots, publication
from socle.bd.consignation import Reclamation, Reponse
from socle.bd.executeur import Demarche, Executeur
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bd.portee import INTERNE
from socle.horloge import horloge_systeme
from socle.noyau import Acteur
from tests.fautes.reel import Epreuve
from tests.fautes.terrain import Rafale, rafale

PAR_ECRITURE = 50


async def deposer(e: Epreuve, suites: Mapping[str, Sequence[int]]) -> None:
    """Écrit des suites d'augmentations, par le chemin d'écriture du produit, sans HTTP."""
    moteur = ouvrir_moteur(e.scene.acces.interne, DelaisBase())
    executeur = Executeur(moteur, e.scene.service.sujet, Depots, publication, horloge_systeme)
    try:
        for cle, des in suites.items():
            organisme, _, code = cle.partition("-")
            demarche = Demarche(
                Acteur("essai"),
                Reclamation("essai", "rafale", uuid4().hex, bytes(32), organisme),
                code,
            )
            commande = Rafale(organisme=organisme, code=code, des=des)
            await executeur.ecrire(demarche, INTERNE, rafale, commande, lambda _: Reponse())
            e.attendus[cle] += len(des)
            e.sommes[cle] += sum(des)
    finally:
        await moteur.dispose()


async def deposer_arriere(e: Epreuve, faits: int) -> None:
    """Dépose `faits` faits sur 40 clés, par écritures de cinquante."""
    for numero in range(faits // PAR_ECRITURE // 40):
        await deposer(e, {f"ARR-{numero % 2}k{i}": [1] * PAR_ECRITURE for i in range(40)})


async def absorber_les_arrieres(e: Epreuve) -> None:
    """Un arriéré après une panne du courtier, puis après une panne de PostgreSQL."""
    faits = 50_000 if e.long else 10_000
    await asyncio.to_thread(e.scene.courtier.arreter)
    await deposer_arriere(e, faits)
    await asyncio.to_thread(e.scene.courtier.demarrer)
    secondes = await e.tout_arrive()
    e.chiffres.au_plus(
        f"arriéré de {faits} après panne du courtier, secondes", secondes, 30, justesse=False
    )
    e.scene.arreter_role("consommateur", signal.SIGKILL)
    await deposer_arriere(e, faits)
    await e.scene.attendre(lambda: _boite_vide(e), "boîte d'envoi portée")
    e.scene.lancer("consommateur")
    e.scene.lancer("consommateur")
    await asyncio.to_thread(e.scene.postgres.arreter, "immediat")
    await asyncio.sleep(3)
    await asyncio.to_thread(e.scene.postgres.demarrer)
    secondes = await e.tout_arrive()
    e.chiffres.au_plus(
        f"arriéré de {faits} après panne de PostgreSQL, secondes", secondes, 30, justesse=False
    )


async def _boite_vide(e: Epreuve) -> bool:
    return await e.valeur("SELECT count(*) FROM socle_outbox") == 0


async def comparer_les_replicas(e: Epreuve) -> None:
    """Le débit d'un arriéré avec un, deux, puis quatre réplicas de chaque rôle porteur."""
    faits = 20_000 if e.long else 6_000
    for nombre in (1, 2, 4):
        await _ajuster(e, nombre)
        for relais in e.scene.vivants("relais"):
            relais.signaler(signal.SIGSTOP)
        await deposer_arriere(e, faits)
        debut = time.monotonic()
        for relais in e.scene.vivants("relais"):
            relais.signaler(signal.SIGCONT)
        await e.tout_arrive()
        debit = faits / (time.monotonic() - debut)
        e.chiffres.dire(f"débit d'un arriéré, {nombre} réplica(s) de chaque rôle, faits/s", debit)
    await _ajuster(e, 2)


async def _ajuster(e: Epreuve, nombre: int) -> None:
    """Amène relais et consommateurs à ce nombre de réplicas, prêts."""
    for role in ("relais", "consommateur"):
        vivants = e.scene.vivants(role)
        for processus in vivants[nombre:]:
            processus.signaler(signal.SIGTERM)
            await processus.attendre_fin()
        await e.scene.lancer_prets(*[role] * (nombre - len(vivants)))

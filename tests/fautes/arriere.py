"""L'arriéré : déposer vite beaucoup de faits, puis voir à quelle vitesse ils se résorbent."""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from uuid import uuid4

from noyau import Acteur
from outils.essais.temoin.service import Ports
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bd.transaction import INTERNE
from socle.execution.deroulement import Deroulement
from socle.execution.executeur import Executeur, Invocation
from socle.execution.idempotence import Reclamation, Reponse
from socle.horloge import horloge_systeme
from tests.fautes.epreuve import Epreuve
from tests.fautes.terrain import Rafale, rafale

PAR_ECRITURE = 50


async def deposer(e: Epreuve, augmentations: Mapping[str, Sequence[int]]) -> None:
    """Écrit des augmentations, par clé, par le chemin d'écriture du produit, sans HTTP."""
    moteur = ouvrir_moteur(e.scene.acces.interne, DelaisBase())
    service = e.scene.service
    deroulement = Deroulement(service.sujet, service.prises, service.publications, horloge_systeme)
    executeur = Executeur(moteur, deroulement)
    try:
        for cle, des in augmentations.items():
            organisme, _, code = cle.partition("-")
            invocation = Invocation(
                Acteur("essai"),
                Reclamation("essai", "rafale", uuid4().hex, bytes(32), organisme),
                code,
            )
            commande = Rafale(organisme=organisme, code=code, des=des)
            await executeur.ecrire(
                invocation, INTERNE, Ports, rafale, commande, lambda _: Reponse()
            )
            e.attendus[cle] += len(des)
            e.sommes[cle] += sum(des)
    finally:
        await moteur.fermer()


async def deposer_arriere(e: Epreuve, faits: int) -> None:
    """Dépose `faits` faits sur 40 clés, par écritures de cinquante."""
    for numero in range(faits // PAR_ECRITURE // 40):
        await deposer(e, {f"ARR-{numero % 2}k{i}": [1] * PAR_ECRITURE for i in range(40)})


async def absorber_un_arriere(e: Epreuve) -> None:
    """Un arriéré sur le bus, aucun consommateur, et PostgreSQL qui tombe puis revient."""
    faits = 50_000 if e.long else 10_000
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

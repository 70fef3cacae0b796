"""De quoi remplir une boîte d'envoi par le chemin du produit, et lire ce qu'elle contient."""

from datetime import UTC, datetime
from uuid import uuid4

from outils.essais.temoin.service import Augmentation, service
from socle.bd.moteur import Moteur
from socle.bd.transaction import INTERNE, transaction
from socle.envoi import depot
from socle.envoi.relais import _en_tetes

CLES, LOT = 200, 500
Enregistrement = tuple[bytes, bytes, list[tuple[str, bytes]]]
"""La clé, la charge et les en-têtes d'un message, tels que le relais les envoie."""


async def deposer(moteur: Moteur, sujet: str, nombre: int) -> None:
    """Met `nombre` faits du témoin dans la boîte d'envoi, sur `CLES` agrégats neufs."""
    publications = service().publications
    lot, suffixe = datetime.now(UTC), uuid4().hex[:8]  # noqa: TID251 -- heure système d'un essai
    for debut in range(0, nombre, LOT):
        faits = [
            Augmentation(code=f"c{i % CLES}{suffixe}", organisme="MTQ", de=1, survenu_le=lot)
            for i in range(debut, min(debut + LOT, nombre))
        ]
        lignes = depot.lignes_de(faits, publications, sujet, {})
        async with transaction(moteur, INTERNE) as connexion:
            await depot.deposer(connexion.pilote, lignes, lot)


async def lire(moteur: Moteur) -> list[Enregistrement]:
    """Ce que la boîte d'envoi porterait au bus, dans l'ordre, aux mêmes octets."""
    async with transaction(moteur, INTERNE) as connexion:
        pilote = connexion.pilote
        lignes = await pilote.fetch("SELECT * FROM socle_outbox ORDER BY id")
    return [(ligne["cle"].encode(), ligne["charge"], _en_tetes(ligne)) for ligne in lignes]

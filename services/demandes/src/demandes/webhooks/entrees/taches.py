"""Les tâches de l'aire : porter les envois, oublier ceux qui sont vieux."""

import asyncio
import random
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from demandes.webhooks.adaptateurs import vues
from demandes.webhooks.adaptateurs.connecteur import Connecteur, Reseau, connecteur
from demandes.webhooks.adaptateurs.vues import AbonneServi
from demandes.webhooks.cas_usage import EnregistrerEssais, enregistrer_essais, purger_envois
from demandes.webhooks.domaine import MEMOIRE, Essai
from demandes.webhooks.ports import Ports
from socle.service import Contexte, Tache
from socle.web import uuid7

TOUR = 5.0
"""Secondes pendant lesquelles un tour lance des envois : un arrêt demandé n'attend pas plus."""

LOT = 20


def taches(reseaux_permis: Sequence[Reseau]) -> tuple[Tache, ...]:
    """Les tâches; les réseaux privés permis ne le sont qu'aux abonnés du MCN."""
    return (
        Tache("webhooks", 0.5, partial(porter_envois, permis=reseaux_permis)),
        Tache("purge-envois", 3_600.0, purger_les_envois),
    )


async def porter_envois(contexte: Contexte, permis: Sequence[Reseau]) -> int:
    """Sert chaque abonné dans sa propre tâche : un lent n'arrête pas les autres.

    Les réseaux permis par réglage ne le sont qu'aux abonnés du MCN : un organisme, qui choisit ses
    adresses, ne doit pas faire porter nos envois dans le réseau de l'ITSM.
    """
    abonnes = await contexte.lire(vues.abonnes_a_servir)
    if not abonnes:
        return 0
    fin = asyncio.get_running_loop().time() + TOUR
    en_cours: dict[UUID, asyncio.Task[int]] = {}
    faits = 0
    async with (
        connecteur(permis) as du_mcn,
        connecteur(()) as des_organismes,
        asyncio.TaskGroup() as groupe,
    ):
        while abonnes or en_cours:
            for abonne in abonnes:
                if abonne.id not in en_cours:
                    porteur = du_mcn if abonne.organisme is None else des_organismes
                    tache = groupe.create_task(servir(contexte, porteur, abonne, fin))
                    en_cours[abonne.id] = tache
            await asyncio.wait(en_cours.values(), timeout=0.25, return_when=asyncio.FIRST_COMPLETED)
            for abonne_id in [i for i, tache in en_cours.items() if tache.done()]:
                faits += en_cours.pop(abonne_id).result()
            reste = asyncio.get_running_loop().time() < fin
            abonnes = await contexte.lire(vues.abonnes_a_servir) if reste else []
    return faits


async def servir(contexte: Contexte, porteur: Connecteur, abonne: AbonneServi, fin: float) -> int:
    """Porte un lot d'envois à un abonné, jusqu'au premier échec; rend le nombre d'essais."""
    essais: list[Essai] = []
    envois = await contexte.lire(vues.envois_a_porter(abonne.id, LOT))
    for envoi in envois:
        reponse = await porteur.porter(abonne.url, envoi.evenement_id, envoi.corps, abonne.secrets)
        essai = Essai(
            evenement_id=envoi.evenement_id,
            numero=envoi.essais + 1,
            statut=reponse.statut,
            erreur=reponse.erreur,
            hasard=random.random(),  # noqa: S311 -- gigue
        )
        essais.append(essai)
        if not essai.reussi or asyncio.get_running_loop().time() > fin:
            break
    if essais:
        commande = EnregistrerEssais(webhook_id=abonne.id, essais=tuple(essais))
        cle = str(uuid7())
        await contexte.executer("webhooks", Ports, enregistrer_essais, commande, cle=cle)
    return len(essais)


async def purger_les_envois(contexte: Contexte) -> int:
    """Oublie les envois livrés depuis longtemps."""
    cle = str(uuid7())
    return await contexte.executer("purge-envois", Ports, purger_envois, MEMOIRE, cle=cle) or 0

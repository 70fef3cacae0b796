"""Les travaux périodiques : porter les envois, signaler ce qui dure, oublier ce qui est vieux."""

import asyncio
import random
from uuid import UUID

import structlog

from demandes.adaptateurs import vues
from demandes.adaptateurs.connecteur import Connecteur, connecteur
from demandes.adaptateurs.vues import AbonneServi
from demandes.cas_usage.noter_essais import NoterEssais, noter_essais
from demandes.cas_usage.ports import Depots
from demandes.cas_usage.purger_envois import PurgerEnvois, purger_envois
from demandes.cas_usage.signaler_gares import SignalerGares, signaler_gares
from demandes.domaine.webhook import Essai
from demandes.settings import ReglagesDemandes
from socle.service import Monde, Travail
from socle.web import uuid7

TOUR = 5.0
"""Secondes pendant lesquelles un tour lance des envois : un arrêt demandé n'attend pas plus."""

LOT = 20
journal = structlog.get_logger()


async def porter_envois(monde: Monde[Depots]) -> int:
    """Sert chaque abonné dans sa propre tâche : un lent n'arrête pas les autres.

    Les réseaux permis par réglage ne le sont qu'aux abonnés du MCN : un organisme, qui choisit ses
    adresses, ne doit pas faire porter nos envois dans le réseau de l'ITSM.
    """
    abonnes = await monde.lire(vues.abonnes_a_servir)
    if not abonnes:
        return 0
    fin = asyncio.get_running_loop().time() + TOUR
    en_cours: dict[UUID, asyncio.Task[int]] = {}
    faits = 0
    permis = ReglagesDemandes.model_validate(monde.reglages).webhooks_reseaux_permis
    async with (
        connecteur(permis) as du_mcn,
        connecteur(()) as des_organismes,
        asyncio.TaskGroup() as groupe,
    ):
        while abonnes or en_cours:
            for abonne in abonnes:
                if abonne.id not in en_cours:
                    porteur = du_mcn if abonne.organisme is None else des_organismes
                    tache = groupe.create_task(_servir(monde, porteur, abonne, fin))
                    en_cours[abonne.id] = tache
            await asyncio.wait(en_cours.values(), timeout=0.25, return_when=asyncio.FIRST_COMPLETED)
            for abonne_id in [i for i, tache in en_cours.items() if tache.done()]:
                faits += en_cours.pop(abonne_id).result()
            reste = asyncio.get_running_loop().time() < fin
            abonnes = await monde.lire(vues.abonnes_a_servir) if reste else []
    return faits


async def _servir(
    monde: Monde[Depots], porteur: Connecteur, abonne: AbonneServi, fin: float
) -> int:
    """Porte un lot d'envois à un abonné, jusqu'au premier échec; rend le nombre d'essais."""
    essais: list[Essai] = []
    envois = await monde.lire(lambda connexion: vues.envois_dus(connexion, abonne.id, LOT))
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
        commande = NoterEssais(webhook_id=abonne.id, essais=tuple(essais))
        await monde.executer("webhooks", noter_essais, commande, cle=str(uuid7()))
    return len(essais)


async def signaler_les_gares(monde: Monde[Depots]) -> int:
    """Journalise, une fois chacun, les actes de l'ITSM garés depuis trop longtemps."""
    commande = SignalerGares()
    avant = monde.executeur.horloge() - commande.patience
    if not await monde.lire(lambda connexion: vues.des_gares_durent(connexion, avant)):
        return 0
    actes = await monde.executer("actes-gares", signaler_gares, commande, cle=str(uuid7())) or ()
    for acte in actes:
        journal.warning(
            "itsm.acte_gare", webhook=acte.id, demande=str(acte.demande_id), geste=acte.geste
        )
    return len(actes)


async def purger_les_envois(monde: Monde[Depots]) -> int:
    """Oublie les envois livrés depuis longtemps."""
    return (
        await monde.executer("purge-envois", purger_envois, PurgerEnvois(), cle=str(uuid7())) or 0
    )


TRAVAUX = (
    Travail("webhooks", 0.5, porter_envois),
    Travail("actes-gares", 60.0, signaler_les_gares),
    Travail("purge-envois", 3_600.0, purger_les_envois),
)

"""Les travaux du rôle relais : émettre ce que les exécutions attendent, revoir les attentes."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import structlog

from facturation.adaptateurs import vues
from facturation.cas_usage.emettre_facture import EmettreFacture, emettre_facture
from facturation.cas_usage.mettre_de_cote import MettreDeCote, mettre_de_cote
from facturation.cas_usage.ports import Depots
from facturation.cas_usage.revoir_attentes import RevoirAttentes, revoir_attentes
from socle.bd.consignation import ActeEnCours
from socle.bd.pannes import est_panne
from socle.identifiants import uuid7
from socle.noyau import Refus
from socle.service import Monde, Travail

P = TypeVar("P")
journal = structlog.get_logger()


async def emettre(monde: Monde[Depots]) -> int:
    """Traite les organismes des exécutions, chacun dans sa transaction (FAC-6).

    Celui qui échoue est mis de côté avec sa raison; une panne se retentera, après les autres.
    """
    parts = await monde.lire(vues.parts_a_faire)

    async def une(part: EmettreFacture) -> None:
        cle = f"{part.execution_id}:{part.organisme}"
        try:
            await monde.executer(
                "emissions", emettre_facture, part, cle=cle, organisme=part.organisme
            )
        except ActeEnCours:
            raise
        except Refus as refus:
            raison = refus.message
        except Exception as erreur:
            if est_panne(erreur):
                raise
            journal.exception("emission.echec", organisme=part.organisme, periode=str(part.periode))
            raison = f"Le calcul a échoué ({type(erreur).__name__}); voyez les journaux."
        else:
            return
        ecart = MettreDeCote(
            execution_id=part.execution_id, organisme=part.organisme, raison=raison
        )
        await monde.executer("emissions", mettre_de_cote, ecart, cle=cle, organisme=part.organisme)

    return await _chacun(parts, une)


async def revoir(monde: Monde[Depots]) -> int:
    """Revoit les lignes en attente des organismes dont un fait ou un tarif est arrivé."""

    async def une(part: RevoirAttentes) -> None:
        await monde.executer(
            "attentes", revoir_attentes, part, cle=str(uuid7()), organisme=part.organisme
        )

    return await _chacun(await monde.lire(vues.organismes_a_revoir), une)


async def _chacun(parts: Iterable[P], faire: Callable[[P], Awaitable[None]]) -> int:
    """Fait chaque part, même si l'une échoue; lève ensuite les échecs, pour que l'on y revienne."""
    echecs: list[Exception] = []
    faites = 0
    for part in parts:
        try:
            await faire(part)
            faites += 1
        except Exception as erreur:  # noqa: BLE001 -- relevée plus bas
            echecs.append(erreur)
    if echecs:
        raise ExceptionGroup("Des organismes restent à traiter.", echecs)
    return faites


TRAVAUX = (
    Travail("emissions", 1.0, emettre),
    Travail("attentes", 2.0, revoir),
)

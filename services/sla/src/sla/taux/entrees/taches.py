"""Les tâches périodiques du rôle relais : fermer les mois échus, corriger les mois fermés."""

from collections.abc import Awaitable, Callable

import structlog

from noyau import Acte, Mois, Refus, Resultat, jour_de_quebec
from sla.taux.adaptateurs import vues
from sla.taux.adaptateurs.intrants import vues as intrants
from sla.taux.cas_usage import (
    CorrigerPeriodes,
    FermerPeriode,
    VoirJalons,
    corriger_disponibilites,
    corriger_periodes,
    fermer_periode,
    voir_jalons,
)
from sla.taux.domaine.fermetures import a_fermer
from sla.taux.ports import Ports
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, guet

journal = structlog.get_logger()
Verbe = Callable[[CorrigerPeriodes, Ports, Acte], Awaitable[Resultat[int]]]


async def _echues(contexte: Contexte) -> list[Mois]:
    async def lire(ports: Ports) -> list[Mois]:
        maintenant = contexte.horloge()
        attente = ports.publications.le(jour_de_quebec(maintenant)).attente
        return a_fermer(await ports.fermetures.candidates(), maintenant, attente)

    return await contexte.consulter(Ports, lire)


async def fermer_echues(contexte: Contexte) -> int:
    """Ferme la plus ancienne période échue (SLA-7); rend zéro si elle ne se ferme pas encore.

    La période elle-même ne se ferme qu'une fois : tuée, la tâche recommence sans rien doubler.
    """
    for periode in (await _echues(contexte))[:1]:
        commande = FermerPeriode(periode=periode)
        try:
            await contexte.executer(
                "fermer_periode", Ports, fermer_periode, commande, cle=f"{periode}:{uuid7()}"
            )
        except Refus as refus:
            journal.info("fermeture.attend", periode=str(periode), raison=refus.message)
            return 0
        return 1
    return 0


async def _guetter(contexte: Contexte) -> bool:
    return bool(await _echues(contexte))


async def voir(contexte: Contexte) -> int:
    """Retient d'heure en heure jusqu'où tout est reçu."""
    try:
        await contexte.executer("voir_jalons", Ports, voir_jalons, VoirJalons(), cle=str(uuid7()))
    except Refus as refus:
        journal.info("jalons.reculent", raison=refus.message)
    return 0


async def _corriger(contexte: Contexte, operation: str, verbe: Verbe) -> int:
    try:
        # Une clé neuve par lot : revoir deux fois le même ne corrige rien de plus.
        commande, cle = CorrigerPeriodes(), str(uuid7())
        return await contexte.executer(operation, Ports, verbe, commande, cle=cle) or 0
    except Refus as refus:
        journal.info("corrections.attendent", raison=refus.message)
        return 0


async def corriger(contexte: Contexte) -> int:
    """Revoit un lot de mesures récrites de mois fermés (SLA-7)."""
    return await _corriger(contexte, "corriger_periodes", corriger_periodes)


async def corriger_durees(contexte: Contexte) -> int:
    """Revoit les disponibilités recomptées de mois fermés (SLA-7)."""
    return await _corriger(contexte, "corriger_disponibilites", corriger_disponibilites)


FERMETURES = Tache("fermetures", 30.0, fermer_echues, _guetter)
JALONS_VUS = Tache("jalons-vus", 3_600.0, voir)
CORRECTIONS = Tache("corrections", 2.0, corriger, guet(vues.corrections_restantes))
DUREES = Tache(
    "corrections-disponibilites", 30.0, corriger_durees, guet(intrants.disponibilites_a_revoir)
)

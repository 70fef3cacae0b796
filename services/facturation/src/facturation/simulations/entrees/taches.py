"""Les tâches qui calculent les simulations demandées, et oublient les vieilles."""

from datetime import timedelta
from functools import partial

import structlog

from facturation.base import Echec, echec_de
from facturation.simulations.adaptateurs import vues
from facturation.simulations.cas_usage import (
    EcarterOrganisme,
    OublierSimulations,
    SimulerOrganisme,
    ecarter_organisme,
    oublier_simulations,
    simuler_organisme,
)
from facturation.simulations.ports import Ports
from noyau import Refus
from socle.execution.idempotence import ActeEnCours
from socle.identifiants import uuid7
from socle.service import Contexte, Tache, chacun, guet

journal = structlog.get_logger()


async def simuler(contexte: Contexte) -> int:
    """Calcule des organismes, chacun dans sa transaction; tué, on reprend où l'on en était.

    Celui qui échoue est mis de côté avec sa raison; les autres continuent (FAC-6).
    """

    async def un(commande: SimulerOrganisme) -> None:
        cle = f"{commande.simulation_id}:{commande.vise}:{commande.essais}"
        try:
            await contexte.executer(
                "simuler_organisme", Ports, simuler_organisme, commande, cle=cle
            )
        except ActeEnCours:
            raise
        except Refus as refus:
            echec = Echec(refus.message, commande.essais, definitif=True)
        except Exception as erreur:
            if (manque := echec_de(erreur, commande.essais)) is None:
                raise
            echec = manque
            journal.exception("simulation.echec", organisme=commande.vise)
        else:
            return
        ecart = EcarterOrganisme(
            commande.simulation_id, commande.vise, echec.raison, echec.essais, not echec.definitif
        )
        await contexte.executer("ecarter_organisme", Ports, ecarter_organisme, ecart, cle=cle)

    return await chacun(await contexte.lire(vues.a_simuler), un, contexte.prolonger)


async def oublier(contexte: Contexte, garde: timedelta) -> int:
    """Retire les simulations gardées depuis plus longtemps que cette durée."""
    commande = OublierSimulations(contexte.horloge() - garde)
    faits = await contexte.executer(
        "oublier_simulations", Ports, oublier_simulations, commande, cle=str(uuid7())
    )
    return faits or 0


async def _guetter(contexte: Contexte, garde: timedelta) -> bool:
    return await contexte.lire(vues.echues(contexte.horloge() - garde))


SIMULATION = Tache("simulations", 1.0, simuler, guet(vues.a_simuler))


def oubli(garde: timedelta) -> Tache:
    """La tâche qui oublie, et combien de temps une simulation se garde."""
    return Tache(
        "oubli-simulations", 60.0, partial(oublier, garde=garde), partial(_guetter, garde=garde)
    )

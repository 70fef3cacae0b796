"""La tâche qui émet ce que les exécutions attendent."""

from functools import partial

import structlog

from facturation.base import Echec, echec_de
from facturation.emissions.adaptateurs import vues
from facturation.emissions.cas_usage import (
    EmettreFacture,
    MettreDeCote,
    emettre_facture,
    mettre_de_cote,
)
from facturation.emissions.domaine.suivi import ExecutionArretee
from facturation.emissions.ports import Ports
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from noyau import Refus
from socle.execution.idempotence import ActeEnCours
from socle.service import Contexte, Tache, chacun, guet

journal = structlog.get_logger()


async def emettre(contexte: Contexte, inscriptions: Inscriptions = SANS_INSCRIPTION) -> int:
    """Traite les organismes des exécutions, chacun dans sa transaction (FAC-6).

    Celui qui échoue est mis de côté avec sa raison, aussitôt ou après quelques essais; une panne
    se retentera, après les autres. D'une exécution arrêtée, ce qui reste attend.
    """
    a_faire = await contexte.lire(vues.emissions_a_faire(inscriptions))
    return await chacun(a_faire, partial(_traiter, contexte), contexte.prolonger)


async def _traiter(contexte: Contexte, emission: EmettreFacture) -> None:
    cle, organisme = f"{emission.execution_id}:{emission.organisme}", emission.organisme
    try:
        await contexte.executer(
            "emettre_facture", Ports, emettre_facture, emission, cle=cle, organisme=organisme
        )
    except ActeEnCours:
        raise
    except ExecutionArretee:
        pass
    except Refus as refus:
        await _ecarter(contexte, emission, Echec(refus.message, 0, definitif=True))
    except Exception as erreur:
        if (echec := echec_de(erreur, emission.essais)) is None:
            raise
        journal.exception("emission.echec", organisme=organisme, periode=str(emission.periode))
        await _ecarter(contexte, emission, echec)


async def _ecarter(contexte: Contexte, emission: EmettreFacture, echec: Echec) -> None:
    """Le met de côté, sous une clé de ce tour et de cet essai : une reprise n'est pas avalée."""
    ecart = MettreDeCote(
        execution_id=emission.execution_id,
        organisme=emission.organisme,
        raison=echec.raison,
        essais=echec.essais,
        tour=emission.tour,
        a_reprendre=not echec.definitif,
    )
    await contexte.executer(
        "mettre_de_cote",
        Ports,
        mettre_de_cote,
        ecart,
        cle=f"{emission.execution_id}:{emission.organisme}:{emission.tour}:{echec.essais}",
        organisme=emission.organisme,
    )


def emission(inscriptions: Inscriptions) -> Tache:
    """La tâche qui émet, sous ces numéros d'inscription aux taxes."""
    a_faire = guet(vues.emissions_a_faire(inscriptions))
    return Tache("emissions", 1.0, partial(emettre, inscriptions=inscriptions), a_faire)

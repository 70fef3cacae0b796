"""La tâche qui émet ce que les exécutions attendent."""

from functools import partial

import structlog

from facturation.base import Echec, chacun, echec_de
from facturation.emissions.adaptateurs import vues
from facturation.emissions.cas_usage import (
    EmettreFacture,
    MettreDeCote,
    emettre_facture,
    mettre_de_cote,
)
from facturation.emissions.ports import Ports
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from noyau import Refus
from socle.execution.idempotence import ActeEnCours
from socle.service import Contexte, Tache, guet

journal = structlog.get_logger()


async def emettre(contexte: Contexte, inscriptions: Inscriptions = SANS_INSCRIPTION) -> int:
    """Traite les organismes des exécutions, chacun dans sa transaction (FAC-6).

    Celui qui échoue est mis de côté avec sa raison, aussitôt ou après quelques essais; une panne
    se retentera, après les autres.
    """

    async def une(emission: EmettreFacture) -> None:
        execution_id, organisme = emission.execution_id, emission.organisme
        cle = f"{execution_id}:{organisme}"
        try:
            await contexte.executer(
                "emettre_facture", Ports, emettre_facture, emission, cle=cle, organisme=organisme
            )
        except ActeEnCours:
            raise
        except Refus as refus:
            echec = Echec(refus.message, 0, definitif=True)
        except Exception as erreur:
            if (manque := echec_de(erreur, emission.essais)) is None:
                raise
            echec, periode = manque, str(emission.periode)
            journal.exception("emission.echec", organisme=organisme, periode=periode)
        else:
            return
        ecart = MettreDeCote(
            execution_id=execution_id,
            organisme=organisme,
            raison=echec.raison,
            essais=echec.essais,
            a_reprendre=not echec.definitif,
        )
        await contexte.executer(
            "mettre_de_cote",
            Ports,
            mettre_de_cote,
            ecart,
            cle=f"{cle}:{echec.essais}",
            organisme=organisme,
        )

    a_faire = await contexte.lire(vues.emissions_a_faire(inscriptions))
    return await chacun(a_faire, une, contexte.prolonger)


def emission(inscriptions: Inscriptions) -> Tache:
    """La tâche qui émet, sous ces numéros d'inscription aux taxes."""
    a_faire = guet(vues.emissions_a_faire(inscriptions))
    return Tache("emissions", 1.0, partial(emettre, inscriptions=inscriptions), a_faire)

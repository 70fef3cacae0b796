"""La tâche qui émet ce que les exécutions attendent."""

from functools import partial

import structlog

from facturation.base import chacun
from facturation.factures.adaptateurs import vues
from facturation.factures.cas_usage import (
    EmettreFacture,
    MettreDeCote,
    emettre_facture,
    mettre_de_cote,
)
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from facturation.factures.ports import Ports
from noyau import Refus
from socle.bd.pannes import a_depasse_le_delai, est_panne
from socle.execution.idempotence import ActeEnCours
from socle.service import Contexte, Tache, guet

journal = structlog.get_logger()


async def emettre(contexte: Contexte, inscriptions: Inscriptions = SANS_INSCRIPTION) -> int:
    """Traite les organismes des exécutions, chacun dans sa transaction (FAC-6).

    Celui qui échoue est mis de côté avec sa raison; une panne se retentera, après les autres.
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
            raison = refus.message
        except Exception as erreur:
            if not a_depasse_le_delai(erreur):
                if est_panne(erreur):
                    raise
                raison = f"Le calcul a échoué ({type(erreur).__name__}); voyez les journaux."
            else:
                raison = (
                    "Le calcul dépasse le délai d'une transaction (SBG_BASE__DELAIS__TRANSACTION)."
                )
            periode = str(emission.periode)
            journal.exception("emission.echec", organisme=organisme, periode=periode)
        else:
            return
        ecart = MettreDeCote(execution_id=execution_id, organisme=organisme, raison=raison)
        await contexte.executer(
            "mettre_de_cote", Ports, mettre_de_cote, ecart, cle=cle, organisme=organisme
        )

    return await chacun(await contexte.lire(vues.emissions_a_faire(inscriptions)), une)


def emission(inscriptions: Inscriptions) -> Tache:
    """La tâche qui émet, sous ces numéros d'inscription aux taxes."""
    a_faire = guet(vues.emissions_a_faire(inscriptions))
    return Tache("emissions", 1.0, partial(emettre, inscriptions=inscriptions), a_faire)

"""Revoir ce qui attend un montant chez un organisme; le signaler une seule fois."""

from dataclasses import dataclass

from facturation.cas_usage.ports import Depots
from facturation.domaine.calcul import calculer
from facturation.domaine.factures import LigneMiseEnAttente
from socle.noyau import Acte, Issue, Mois, jour_de_quebec


@dataclass(frozen=True, slots=True)
class RevoirAttentes:
    """L'organisme à revoir."""

    organisme: str


async def revoir_attentes(commande: RevoirAttentes, depots: Depots, acte: Acte) -> Issue[int]:
    """Recalcule les attentes jusqu'au mois courant; lève celles qui ont trouvé leur montant."""
    await depots.attentes.commencer_revue(commande.organisme)
    dossier = await depots.dossiers.charger(commande.organisme)
    mois = Mois.de(jour_de_quebec(acte.le))
    attentes = calculer(dossier.faits, dossier.tarification, mois).attentes
    nouvelles = await depots.attentes.remplacer(commande.organisme, attentes, acte.le)
    return Issue(
        len(attentes),
        *(
            LigneMiseEnAttente(organisme=commande.organisme, attente=attente, survenu_le=acte.le)
            for attente in nouvelles
        ),
    )

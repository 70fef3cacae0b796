"""Recevoir un acte de l'ITSM : idempotent, hors ordre toléré (DEM-10)."""

from dataclasses import dataclass

from demandes.cas_usage.ports import Depots
from demandes.cas_usage.suites import conclure, poser
from demandes.domaine.itsm import PREMATURES, ActeItsm, Sort
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class RecevoirActeItsm:
    """L'acte annoncé; son identifiant est le webhook-id."""

    acte_itsm: ActeItsm


async def recevoir_acte_itsm(
    commande: RecevoirActeItsm, depots: Depots, acte: Acte
) -> Issue[ActeItsm]:
    """Applique l'acte, ou le gare si son prédécesseur manque; refuse depuis un état final."""
    deja = await depots.actes_itsm.trouver(commande.acte_itsm.id)
    if deja is not None:
        return Issue(deja)
    demande = await depots.demandes.charger(commande.acte_itsm.demande_id)
    recu = commande.acte_itsm.recu(demande, acte)
    try:
        suite, passages = await poser(depots, acte, demande, recu)
    except PREMATURES:
        if demande.est_finale_pour(recu.survenu_le):
            raise
        await depots.actes_itsm.ajouter(recu)
        return Issue(recu)
    applique = recu.devenu(Sort.APPLIQUE)
    await depots.actes_itsm.ajouter(applique)
    issue = await conclure(depots, acte, suite, *passages)
    return Issue(applique, *issue.faits)

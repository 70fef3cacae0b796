"""Inscrire un organisme client (DEM-8)."""

from dataclasses import dataclass

from demandes.cas_usage.ports import Depots
from demandes.domaine.organisme import FicheClient, Organisme
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class InscrireOrganisme:
    """Le fichier client à ouvrir."""

    organisme: Organisme


async def inscrire_organisme(
    commande: InscrireOrganisme, depots: Depots, acte: Acte
) -> Issue[Organisme]:
    """Ouvre le fichier client; lève `Conflit` si le code est déjà pris."""
    await depots.organismes.ajouter(commande.organisme)
    return Issue(commande.organisme, FicheClient(organisme=commande.organisme, survenu_le=acte.le))

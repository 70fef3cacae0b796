"""Modifier le fichier client d'un organisme (DEM-8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demandes.cas_usage.ports import Depots
from demandes.domaine.organisme import Organisme
from socle.noyau import Acte, Issue, VersionPerimee


@dataclass(frozen=True, slots=True, kw_only=True)
class ModifierOrganisme:
    """Les champs à changer, et la version que l'appelant a lue."""

    code: str
    version: int
    changements: Mapping[str, Any]


async def modifier_organisme(
    commande: ModifierOrganisme, depots: Depots, acte: Acte
) -> Issue[Organisme]:
    """Change le fichier client; lève `Introuvable`, `VersionPerimee` ou `Interdit` (DEM-8)."""
    organisme = await depots.organismes.charger(commande.code)
    if organisme.version != commande.version:
        raise VersionPerimee("Le fichier client a changé depuis votre lecture.")
    modifie, fait = organisme.modifier(commande.changements, acte)
    await depots.organismes.enregistrer(modifie)
    return Issue(modifie, fait)

"""Ce que l'on peut demander d'un calendrier."""

from collections.abc import Mapping
from dataclasses import dataclass

from calendrier import VersionCalendrier
from catalogue.calendriers.domaine import lire_version, publier
from catalogue.calendriers.ports import Ports
from noyau import Acte, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierCalendrier:
    """Une version, telle qu'un document la décrit; à la mise en route, même passée."""

    document: Mapping[str, object]
    mise_en_route: bool = False


@dataclass(frozen=True, slots=True)
class Parution:
    """Une version publiée; inchangée, elle l'était déjà, et rien n'est écrit."""

    version: VersionCalendrier
    inchangee: bool


async def publier_calendrier(
    commande: PublierCalendrier, ports: Ports, acte: Acte
) -> Resultat[Parution]:
    """Publie une version du calendrier (SLA-1); lève comme `lire_version` et `publier`."""
    voulue = lire_version(commande.document)
    await ports.calendriers.verrouiller()
    connues = await ports.calendriers.publiees()
    fait = publier(connues, voulue, acte, mise_en_route=commande.mise_en_route)
    if fait is None:
        return Resultat(Parution(voulue, inchangee=True))
    await ports.calendriers.ajouter(fait)
    return Resultat(Parution(voulue, inchangee=False), fait)

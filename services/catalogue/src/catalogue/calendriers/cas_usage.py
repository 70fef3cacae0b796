"""Ce que l'on peut demander d'un calendrier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from calendrier import VersionCalendrier
from catalogue.calendriers.domaine import (
    RecalculAccepte,
    exiger_a_jour,
    exiger_accepte,
    lire_version,
    publier,
)
from catalogue.calendriers.ports import Ports
from noyau import Acte, Resultat


@dataclass(frozen=True, slots=True, kw_only=True)
class PublierCalendrier:
    """Une version, telle qu'un document la décrit; à la mise en route, même passée."""

    document: Mapping[str, object]
    mise_en_route: bool = False
    recalcul: UUID | None = None
    """Celui qu'une personne a accepté de cette version."""


@dataclass(frozen=True, slots=True)
class Parution:
    """Une version publiée; inchangée, elle l'était déjà, et rien n'est écrit."""

    version: VersionCalendrier
    inchangee: bool


async def publier_calendrier(
    commande: PublierCalendrier, ports: Ports, acte: Acte
) -> Resultat[Parution]:
    """Publie une version du calendrier (SLA-1); déjà publiée, pareille, son recalcul reste bon.

    Lève comme `lire_version`, `exiger_accepte`, `publier` et `exiger_a_jour`.
    """
    voulue = lire_version(commande.document)
    await ports.calendriers.verrouiller()
    connues = await ports.calendriers.publiees()
    recalcul: RecalculAccepte | None = None
    if commande.recalcul is not None:
        connu = await ports.calendriers.accepte(commande.recalcul)
        recalcul = exiger_accepte(connu, ports.calendriers.empreinte(voulue))
    accepte = recalcul is not None
    fait = publier(connues, voulue, acte, mise_en_route=commande.mise_en_route, accepte=accepte)
    if fait is None:
        return Resultat(Parution(voulue, inchangee=True))
    if recalcul is not None:
        exiger_a_jour(recalcul, fait)
    await ports.calendriers.ajouter(fait)
    return Resultat(Parution(voulue, inchangee=False), fait)


async def synchroniser_recalculs(
    acceptes: Sequence[RecalculAccepte], ports: Ports, _acte: Acte
) -> Resultat[None]:
    """Retient les recalculs acceptés (SLA-7)."""
    await ports.calendriers.retenir(acceptes)
    return Resultat(None)

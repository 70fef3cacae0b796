"""Les lectures de la consommation; un organisme n'y trouve que la sienne."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from courtier.consommation.adaptateurs import tables as t
from courtier.consommation.adaptateurs.conversion import commande_de, facture_de
from courtier.contrats.adaptateurs.tables import contrats
from socle.bd.vues import VueListe, VueObjet

__all__ = [
    "COMMANDES",
    "CONTRAT",
    "FACTURES",
    "FiltreCommandes",
    "FiltreFactures",
    "commande_de",
    "facture_de",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreCommandes:
    """Celles d'un contrat."""

    contrat_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreFactures:
    """Celles d'un contrat, ou d'une de ses commandes."""

    contrat_id: UUID
    commande_id: UUID | None = None


CONTRAT = VueObjet(
    select(contrats.c.organisme, contrats.c.id), contrats.c.id, "Contrat introuvable."
)
COMMANDES = VueListe(
    requete=select(t.commandes),
    filtre=FiltreCommandes,
    cles=(t.commandes.c.datee_le, t.commandes.c.id),
)
FACTURES = VueListe(
    requete=select(t.factures),
    filtre=FiltreFactures,
    cles=(t.factures.c.datee_le, t.factures.c.id),
)

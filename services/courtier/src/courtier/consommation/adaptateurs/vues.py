"""Les lectures de la consommation; un organisme n'y trouve que la sienne."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from courtier.catalogue.adaptateurs.tables import offres, offres_versions
from courtier.consommation.adaptateurs import tables as t
from courtier.consommation.adaptateurs.conversion import commande_de, facture_de
from courtier.contrats.adaptateurs.tables import contrats
from socle.bd.instructions import parmi
from socle.bd.vues import VueListe, VueObjet

__all__ = [
    "CATEGORIES",
    "COMMANDES",
    "CONTRAT",
    "FACTURES",
    "PARALLELES",
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
PARALLELES_AU_PLUS: Final = 500
"""Les contrats d'un organisme que l'on compare à un autre."""
_k = contrats.c
PARALLELES = (
    select(_k.id, _k.fournisseur_id, _k.debut, _k.fin, _k.elements, _k.changements)
    .where(
        _k.organisme == bindparam("organisme"),
        _k.etat == "signe",
        _k.id != bindparam("contrat_id"),
        _k.debut < bindparam("fin"),
        _k.fin > bindparam("debut"),
    )
    .order_by(_k.debut, _k.id)
    .limit(PARALLELES_AU_PLUS)
)
CATEGORIES = (
    select(offres.c.id, offres_versions.c.categorie)
    .join(
        offres_versions,
        (offres_versions.c.offre_id == offres.c.id)
        & (offres_versions.c.version == offres.c.version),
    )
    .where(parmi(offres.c.id, "ids"))
)

"""Les lectures des avenants; un organisme n'y trouve que les siens."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, cast, literal, null, or_, select, union_all

from courtier.avenants.adaptateurs.conversion import avenant_de
from courtier.avenants.adaptateurs.tables import avenants
from courtier.avenants.domaine.avenant import EtatAvenant
from courtier.contrats.adaptateurs.tables import contrats
from courtier.pieces.domaine import GenrePiece
from socle.bd.connexion import Connexion
from socle.bd.conversion import une
from socle.bd.instructions import Ligne
from socle.bd.vues import Vue, VueListe, VueObjet

__all__ = ["AVENANTS", "CONTRAT", "PRISES", "FiltreAvenants", "avenant", "avenant_de"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAvenants:
    """Ceux d'un contrat."""

    contrat_id: UUID


CONTRAT = VueObjet(
    select(contrats.c.organisme, contrats.c.id), contrats.c.id, "Contrat introuvable."
)
AVENANTS = VueListe(
    requete=select(avenants), filtre=FiltreAvenants, cles=(avenants.c.numero, avenants.c.id)
)
_UN = select(avenants).where(
    avenants.c.id == bindparam("id"), avenants.c.contrat_id == bindparam("contrat_id")
)


def avenant(contrat_id: UUID, identifiant: UUID) -> Vue[Ligne]:
    """Un avenant de ce contrat; la vue lève `Introuvable`."""

    async def vue(connexion: Connexion) -> Ligne:
        return await une(
            connexion, _UN, "Avenant introuvable.", id=identifiant, contrat_id=contrat_id
        )

    return vue


_k, _a = contrats.c, avenants.c
_CONTRATS = select(
    literal(GenrePiece.CONTRAT_SIGNE.value).label("genre"),
    _k.dossier_id,
    _k.id.label("contrat_id"),
    cast(null(), Uuid()).label("avenant_id"),
).where(_k.organisme == bindparam("organisme"))
PRISES: Final = union_all(
    # L'annexe modificative n'en est pas : elle est du fournisseur, la même pour tous.
    *(
        _CONTRATS.where(empreinte == bindparam("empreinte"))
        for empreinte in (_k.empreinte_contrat, _k.empreinte_engagement)
    ),
    select(
        literal(GenrePiece.AVENANT_SIGNE.value).label("genre"),
        _a.dossier_id,
        _a.contrat_id,
        _a.id.label("avenant_id"),
    ).where(
        _a.organisme == bindparam("organisme"),
        _a.texte["empreinte"].astext == bindparam("empreinte"),
        or_(_a.etat != EtatAvenant.ABANDONNE, _a.signature_client.is_not(None)),
    ),
)
"""Ce que prouve, par son empreinte, le document même d'un contrat ou d'un avenant (CI-23)."""

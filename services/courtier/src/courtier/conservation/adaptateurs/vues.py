"""Les lectures de la conservation; un organisme n'y trouve que ce qui est à lui."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, and_, bindparam, or_, select

from contrats.base import CodeOrganisme
from courtier.conservation.adaptateurs import tables as t
from courtier.conservation.adaptateurs.conversion import demande_de, gel_de
from courtier.contrats.adaptateurs.tables import contrats
from courtier.pieces.adaptateurs.tables import pieces
from socle.bd.vues import VueListe, VueObjet
from socle.conservation import Famille
from socle.reglages import Reglages

__all__ = [
    "CONTRAT",
    "DEMANDES",
    "GELS",
    "PIECES",
    "FiltreDemandes",
    "FiltreGels",
    "FiltrePieces",
    "demande_de",
    "gel_de",
]
_p, _x, _d = pieces.c, t.destructions.c, t.demandes.c
CONTRAT = VueObjet(
    select(contrats.c.organisme, contrats.c.id), contrats.c.id, "Contrat introuvable."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltrePieces:
    """Celles d'un contrat et du dossier dont il naît, toujours donnés; de son organisme."""

    client: str
    contrat_id: UUID
    dossier_id: UUID | None


PIECES = VueListe(
    requete=select(
        *_p,
        _x.detruite_le,
        _x.methode,
        _x.attestation,
        _x.attestee_par,
        _x.attestee_le,
    )
    .outerjoin(t.destructions, and_(_x.organisme == _p.organisme, _x.piece_id == _p.id))
    .where(
        _p.organisme == bindparam("client", type_=Text()),
        or_(
            _p.contrat_id == bindparam("contrat_id", type_=Uuid()),
            _p.dossier_id == bindparam("dossier_id", type_=Uuid()),
        ),
    ),
    filtre=FiltrePieces,
    cles=(_p.id,),
    parametres=frozenset({"client", "contrat_id", "dossier_id"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreGels:
    """Ceux d'un contrat."""

    contrat_id: UUID


GELS = VueListe(requete=select(t.gels), filtre=FiltreGels, cles=(t.gels.c.id,))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDemandes:
    """`en_retard` : celles que l'organisme devait transmettre avant ce jour."""

    organisme: CodeOrganisme | None = None
    contrat_id: UUID | None = None
    en_retard: date | None = None


DEMANDES = VueListe(
    requete=select(t.demandes),
    filtre=FiltreDemandes,
    cles=(_d.id,),
    conditions={"en_retard": _d.attendue_le < bindparam("en_retard", type_=Date())},
)


def conservation(_: Reglages) -> Sequence[Famille]:
    """Les pièces : leur durée dépend de leur genre et du contrat; leur destruction s'atteste."""
    due = Famille(
        nom="pieces",
        libelle="les pièces d'un contrat, selon leur genre (`donnees/normes.toml`, CI-23)",
        duree="selon le genre de la pièce",
        table=pieces.name,
        porte_par="l'organisme, qui l'atteste",
    )
    return (due,)

"""Les documents mêmes des contrats et des avenants, par leur empreinte (CI-23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Uuid, bindparam, cast, literal, null, select, union_all

from courtier.avenants.adaptateurs.tables import avenants
from courtier.contrats.adaptateurs.tables import contrats
from courtier.pieces.domaine import GenrePiece, Prise
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet

_k, _a = contrats.c, avenants.c
_CONTRATS = select(
    literal(GenrePiece.CONTRAT_SIGNE.value).label("genre"),
    _k.dossier_id,
    _k.id.label("contrat_id"),
    cast(null(), Uuid()).label("avenant_id"),
).where(_k.organisme == bindparam("organisme"))
_PRISES: Final = union_all(
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
    ),
)


@dataclass(frozen=True, slots=True)
class DocumentsPreparesSql:
    """Tient `pieces.ports.DocumentsPrepares`."""

    connexion: Connexion

    async def prises(self, organisme: str, empreinte: str) -> Sequence[Prise]:
        vise = {"organisme": organisme, "empreinte": empreinte}
        lues = await self.connexion.lignes(_PRISES, vise)
        return [objet(Prise, ligne, prepare=True) for ligne in lues]

"""Les demandes que nul signataire n'avait à approuver (DEM-3)."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from facturation.base import connu
from facturation.creances.adaptateurs import tables as t
from facturation.creances.domaine.faits import DEMANDE, FaitRecu
from socle.bd.connexion import Connexion

_d = t.demandes.c
_LIBRES = select(_d.organisme, _d.demande_id).where(
    _d.organisme == any_(bindparam("organismes", type_=ARRAY(Text))),
    _d.demande_id == any_(bindparam("demandes", type_=ARRAY(Uuid))),
    _d.approbation_requise.is_(False),
    connu(_d.appris),
)


async def libres(connexion: Connexion, faits: Iterable[FaitRecu]) -> Collection[tuple[str, UUID]]:
    """Celles que disent ces faits, chacune avec son organisme."""
    dites = {(f.organisme, UUID(d)) for f in faits if isinstance(d := f.faits.get(DEMANDE), str)}
    if not dites:
        return ()
    organismes, demandes = zip(*dites, strict=True)
    vises = {"organismes": sorted(set(organismes)), "demandes": list(demandes)}
    return {(x.organisme, x.demande_id) for x in await connexion.lignes(_LIBRES, vises)}

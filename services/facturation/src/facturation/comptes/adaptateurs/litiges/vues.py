"""La part de chaque document que son organisme conteste, lue des contestations."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_, select

from facturation.comptes.domaine.contestes import Litige
from facturation.comptes.domaine.contestes import contestes as contestes_par
from facturation.contestations.adaptateurs import tables as t
from facturation.contestations.domaine.contestations import Geste
from facturation.factures.adaptateurs.tables import factures, lignes
from facturation.factures.domaine.taxes import Taxes
from noyau import Montant
from socle.bd.connexion import Connexion
from socle.bd.instructions import parmi

_c, _e, _x = t.contestations.c, t.echanges.c, t.lignes_contestees.c
_f, _l = factures.c, lignes.c
_CONTESTATIONS = select(
    _c.id,
    _c.numero,
    or_(_c.tardive, _c.fait_nouveau.is_not(None)).label("a_admettre"),
    _c.ouverte_le,
).where(parmi(_c.numero, "numeros"))
_FILS = (
    select(_e.contestation_id, _e.geste, _e.le)
    .join_from(t.echanges, t.contestations, _c.id == _e.contestation_id)
    .where(parmi(_c.numero, "numeros"))
    .order_by(_e.contestation_id, _e.rang)
)
_LIGNES = (
    select(_x.contestation_id, _x.montant, _l.tps, _l.tvq)
    .join_from(t.lignes_contestees, factures, _f.numero == _x.numero)
    .join(
        lignes,
        and_(
            _l.organisme == _f.organisme,
            _l.periode == _f.periode,
            _l.piece == _f.piece,
            _l.rang == _x.rang,
        ),
    )
    .where(parmi(_x.numero, "numeros"))
)


async def contestes(
    connexion: Connexion, numeros: Collection[str], le: date
) -> Mapping[str, Montant]:
    """La part de chacun de ces documents qui est contestée ce jour-là, sans décision encore."""
    vises = {"numeros": list(numeros)}
    ouvertes = await connexion.lignes(_CONTESTATIONS, vises) if numeros else []
    if not ouvertes:
        return {}
    fils: defaultdict[UUID, list[tuple[Geste, datetime]]] = defaultdict(list)
    for x in await connexion.lignes(_FILS, vises):
        fils[x.contestation_id].append((x.geste, x.le))
    montants: defaultdict[UUID, list[tuple[Taxes, Montant]]] = defaultdict(list)
    for x in await connexion.lignes(_LIGNES, vises):
        montants[x.contestation_id].append((Taxes(x.tps, x.tvq), x.montant))
    return contestes_par(
        (
            Litige(
                numero=x.numero,
                a_admettre=x.a_admettre,
                ouverte_le=x.ouverte_le,
                fil=fils[x.id],
                lignes=montants[x.id],
            )
            for x in ouvertes
        ),
        le,
    )

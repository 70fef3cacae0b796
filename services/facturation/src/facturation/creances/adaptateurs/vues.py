"""Ce que les écrans et la tâche lisent des créances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, bindparam, func, select

from facturation.base import mis_de_cote
from facturation.clients.adaptateurs.tables import clients
from facturation.creances.adaptateurs import tables as t
from facturation.creances.cas_usage import RevoirOrganisme
from noyau import sujet_de
from socle.bd.chronologie import a_commence
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet
from socle.bd.vues import VueListe
from socle.reception.jalons import jalon_atteint

_a, _l, _i = t.abonnements.c, t.lignes_en_attente.c, t.imputations.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAbonnements:
    """Ceux d'un organisme; ceux qui courent un jour."""

    organisme: str | None = None
    le: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAttentes:
    """Celles d'un organisme."""

    organisme: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreImputations:
    """Celles d'un organisme; celles d'une source."""

    organisme: str | None = None
    source: str | None = None


ABONNEMENTS = VueListe(
    requete=select(t.abonnements),
    filtre=FiltreAbonnements,
    cles=(_a.organisme, _a.source, _a.tarif, _a.debut),
    conditions={"le": a_commence(_a.debut, bindparam("le", type_=Date()), _a.fin)},
)


IMPUTATIONS = VueListe(
    requete=select(*(c for c in _i if c.name != "appris")),
    filtre=FiltreImputations,
    cles=(_i.organisme, _i.source, _i.debut, _i.id),
)


def _attentes(etat: ColumnElement[bool]) -> VueListe[FiltreAttentes]:
    periode = func.to_char(_l.depuis, "YYYY-MM").label("periode")
    return VueListe(
        requete=select(t.lignes_en_attente, periode).where(etat),
        filtre=FiltreAttentes,
        cles=(_l.organisme, _l.source, _l.tarif, _l.nature, _l.cle),
    )


OUVERTES, LEVEES = _attentes(_l.levee_le.is_(None)), _attentes(_l.levee_le.is_not(None))
"""Ce qui attend; ce qui a trouvé son montant. Chacune a son index."""
_x = t.ecartements.c
ECARTEES = VueListe(
    requete=select(t.ecartements),
    filtre=FiltreAttentes,
    cles=(_x.organisme, _x.source, _x.tarif, _x.nature, _x.cle),
)
"""Ce qui attendait, et que la facturation renonce à facturer."""
_r = t.revues.c
_A_REVOIR = (
    select(_r.organisme, _r.demandee_le, _r.essais)
    .join(clients, clients.c.organisme == _r.organisme)
    .where(_r.demandee_le <= bindparam("jalon"), _r.mise_de_cote.is_(None))
    .order_by(_r.essais, _r.organisme)
)
_REVEILS = select(func.min(t.reveils.c.le))
_MISES_DE_COTE = (
    select(_r.organisme, _r.mise_de_cote).where(_r.mise_de_cote.is_not(None)).order_by(_r.organisme)
)


async def organismes_a_revoir(connexion: Connexion) -> Sequence[RevoirOrganisme]:
    """Les organismes à revoir, une fois le catalogue d'alors tout reçu et le client connu.

    Un fait plus récent que le catalogue connu n'attend peut-être que son tarif, déjà publié.
    """
    jalon = await jalon_atteint(connexion, [sujet_de("catalogue")])
    if jalon is None:
        return []
    lignes = await connexion.lignes(_A_REVOIR, {"jalon": jalon})
    return [objet(RevoirOrganisme, ligne) for ligne in lignes]


async def prochain_reveil(connexion: Connexion) -> date | None:
    """Le premier jour où le temps seul fera revoir un organisme."""
    jour: date | None = await connexion.valeur(_REVEILS)
    return jour


async def revues_mises_de_cote(connexion: Connexion) -> str | None:
    """Ce que la santé dit des revues auxquelles on a renoncé; rien s'il n'y en a pas."""
    lignes = await connexion.lignes(_MISES_DE_COTE)
    return mis_de_cote([f"{ligne.organisme} : {ligne.mise_de_cote}" for ligne in lignes])

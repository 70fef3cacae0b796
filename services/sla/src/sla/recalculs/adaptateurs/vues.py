"""Ce qu'un recalcul lit des sujets, et ce qu'il en montre."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Numeric,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from noyau import Mois
from sla.disponibilites.adaptateurs.tables import (
    inactivites,
    indisponibilites,
    inscriptions,
    mois_comptes,
    services,
)
from sla.exclusions.adaptateurs.tables import annulations, contestations, decisions, exclusions
from sla.fiches.adaptateurs.tables import (
    calendriers,
    fiches,
    fins_de_statu_quo,
    retraits,
    statu_quo,
)
from sla.fiches.domaine import SERVICE
from sla.histoires.adaptateurs.tables import histoires, rectifications
from sla.histoires.domaine import Sujet
from sla.mesures.adaptateurs.tables import TOUCHES, comptes, sujets
from sla.recalculs.adaptateurs.tables import recalculs, sujets_recalcules, verdicts_recalcules
from sla.taux.adaptateurs.tables import fermetures
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne
from socle.bd.vues import SansFiltre, VueListe, VueObjet

LOT: Final = 200
"""Les sujets relus par transaction."""
CITES: Final = 20
"""Les sujets qu'un refus nomme; il dit le nombre de tous."""
_r, _s, _v, _k = recalculs.c, sujets_recalcules.c, verdicts_recalcules.c, sujets.c
_CELUI = bindparam("celui", type_=Uuid)


def _dit(table: Table) -> ColumnElement[str]:
    """Toutes les lignes d'une table, triées."""
    ligne = cast(table.table_valued(), Text)
    return select(func.string_agg(ligne, aggregate_order_by(literal("|"), ligne))).scalar_subquery()


def _empreinte(*dits: ColumnElement[Any]) -> ColumnElement[str]:
    dit = func.convert_to(func.concat_ws("|", *dits), "UTF8", type_=LargeBinary)
    return func.encode(func.sha256(dit), "hex", type_=Text)


COMMUNS = select(
    _empreinte(
        *map(_dit, (fiches, retraits, statu_quo, fins_de_statu_quo, calendriers, fermetures))
    )
)
"""L'empreinte de ce qui vaut pour tous les sujets."""
CALENDRIERS = select(func.count()).select_from(calendriers)
"""Combien de versions du calendrier sont connues; on n'en retire aucune."""
DUREES = select(_empreinte(*map(_dit, (services, inscriptions, inactivites, indisponibilites))))
"""L'empreinte de ce dont dépendent les disponibilités, fiches et calendriers à part."""


def _faits(sorte: Any, sujet_id: Any, organisme: Any) -> ColumnElement[int]:  # noqa: ANN401
    """Combien de faits et de décisions font juger un sujet; on y ajoute, on n'en retire jamais."""
    h, avant, r = histoires, histoires.alias("avant"), rectifications

    def combien(source: FromClause, *qui: ColumnElement[bool]) -> ColumnElement[int]:
        nombre = select(func.count()).select_from(source).where(*qui)
        return nombre.correlate(sorte.table).scalar_subquery()

    sien = (h.c.sujet == sorte, h.c.sujet_id == sujet_id, h.c.organisme == organisme)
    origine = and_(
        avant.c.sujet == h.c.origine_sorte,
        avant.c.sujet_id == h.c.origine_id,
        avant.c.organisme == h.c.organisme,
    )

    def corrige(c: Any) -> ColumnElement[bool]:  # noqa: ANN401
        return and_(r.c.acte_id == c.acte_id, r.c.organisme == c.organisme)

    du_sujet = [
        (t.c.sujet == sorte, t.c.sujet_id == sujet_id, t.c.organisme == organisme)
        for t in (exclusions, contestations)
    ]
    return (
        combien(h, *sien)
        + combien(h.join(r, corrige(h.c)), *sien)
        + combien(h.join(avant, origine), *sien)
        + combien(h.join(avant, origine).join(r, corrige(avant.c)), *sien)
        + combien(exclusions, *du_sujet[0])
        + combien(exclusions.join(annulations), *du_sujet[0])
        + combien(contestations.join(decisions), *du_sujet[1])
    )


VISER = insert(sujets_recalcules).from_select(
    ["recalcul_id", "sorte", "sujet_id", "organisme"],
    select(_CELUI, _k.sorte, _k.id, _k.organisme).where(TOUCHES),
)
_VOULUS = (
    func.unnest(bindparam("sortes", type_=ARRAY(Text)), bindparam("ids", type_=ARRAY(Text)))
    .table_valued(column("sorte", Text), column("id", Text), name="voulus")
    .render_derived()
)
_CEUX_LA = (
    _s.recalcul_id == _CELUI,
    _s.sorte == _VOULUS.c.sorte,
    _s.sujet_id == _VOULUS.c.id,
)
RELUS = (
    update(sujets_recalcules)
    .where(*_CEUX_LA)
    .values(faits=_faits(_s.sorte, _s.sujet_id, _s.organisme), traite_le=bindparam("le"))
)
ECARTER = (
    update(sujets_recalcules)
    .where(*_CEUX_LA)
    .values(raison=bindparam("motif"), traite_le=bindparam("le"))
)
_MAINTENANT = (
    select(_k.sorte, _k.id, _k.organisme, _faits(_k.sorte, _k.id, _k.organisme).label("faits"))
    .where(TOUCHES)
    .subquery("maintenant")
)
_n = _MAINTENANT.c
CHANGES = (
    select(_n.sorte, _n.id, func.count().over().label("nombre"))
    .select_from(
        _MAINTENANT.outerjoin(
            sujets_recalcules,
            and_(
                _s.recalcul_id == _CELUI,
                _s.sorte == _n.sorte,
                _s.sujet_id == _n.id,
                _s.organisme == _n.organisme,
            ),
        )
    )
    .where(
        _s.raison.is_(None),
        or_(_s.recalcul_id.is_(None), _s.faits != _n.faits),
    )
    .order_by(_n.sorte, _n.id)
    .limit(CITES)
)
"""Les sujets neufs, ou dont des faits ou des décisions se sont ajoutés depuis."""
_LU = func.concat_ws("|", _s.sorte, _s.sujet_id, _s.organisme, _s.faits, _s.raison)
INTRANTS = select(
    _empreinte(
        bindparam("communs", type_=Text), func.count(), func.sum(func.hashtextextended(_LU, 0))
    )
).where(_s.recalcul_id == _CELUI)
"""L'empreinte de tout ce qui fut lu."""


def _cote(periode: Any, jugement: Any, sens: int) -> Select[Any]:  # noqa: ANN401
    return select(
        _v.indicateur,
        periode.label("periode"),
        jugement["verdict"].astext.label("verdict"),
        jugement["exclue"].as_boolean().label("exclue"),
        jugement["signalee"].as_boolean().label("signalee"),
        cast(jugement["cible"].astext, Numeric).label("cible"),
        literal(sens, Integer).label("sens"),
    ).where(_v.recalcul_id == _CELUI, _v.sujet != SERVICE, periode.is_not(None))


_DEPLACES = union_all(
    _cote(_v.periode_avant, _v.avant, -1), _cote(_v.periode_apres, _v.apres, 1)
).subquery("deplaces")
_CLES = ("indicateur", "periode", "verdict", "exclue", "signalee", "cible")
_CLE_ECART = [_DEPLACES.c[n] for n in _CLES]
ECARTS = (
    select(*_CLE_ECART, func.sum(_DEPLACES.c.sens).label("nombre"))
    .group_by(*_CLE_ECART)
    .having(func.sum(_DEPLACES.c.sens) != 0)
)
"""Ce qui entrerait dans chaque compte, ou en sortirait."""
_p = comptes.c
CIBLES = (
    select(_p.indicateur, _p.periode, _p.cible, func.sum(_p.nombre).label("nombre"))
    .where(
        _p.organisme == "",
        _p.cible.is_not(None),
        tuple_(_p.indicateur, _p.periode).in_(
            select(_DEPLACES.c.indicateur, _DEPLACES.c.periode).distinct()
        ),
    )
    .group_by(_p.indicateur, _p.periode, _p.cible)
)
"""Combien de mesures chaque cible régit, des mois et des indicateurs qui bougeraient."""
ENSEMBLES = select(
    _v.indicateur,
    func.coalesce(_v.periode_apres, _v.periode_avant).label("periode"),
    _v.avant,
    _v.apres,
).where(_v.recalcul_id == _CELUI, _v.sujet == SERVICE, _v.organisme == "")
"""Les disponibilités de tous ensemble qui bougeraient."""
ENREGISTRER_MOIS = (
    update(recalculs).where(_r.id == _CELUI).values(mois_lu=bindparam("mois", type_=Text))
)
ECARTER_MOIS = insert(sujets_recalcules)


def _avec_bilan(page: FromClause) -> Select[Any]:
    def combien(table: FromClause, *qui: ColumnElement[bool]) -> ColumnElement[int]:
        nombre = select(func.count()).select_from(table).where(*qui)
        return nombre.correlate(page).scalar_subquery()

    siens, bouges = _s.recalcul_id == page.c.id, _v.recalcul_id == page.c.id
    mois = func.unnest(_v.corrige).column_valued("mois")
    par_mois = (
        select(mois.label("periode"), func.count().label("nombre"))
        .select_from(verdicts_recalcules)
        .where(bouges)
        .group_by(mois)
        .correlate(page)
        .subquery("par_mois")
    )
    corrections = select(
        func.coalesce(
            func.jsonb_object_agg(par_mois.c.periode, par_mois.c.nombre), text("'{}'::jsonb")
        )
    ).scalar_subquery()
    return select(
        page,
        combien(sujets_recalcules, siens).label("sujets"),
        combien(sujets_recalcules, siens, _s.traite_le.is_not(None)).label("faits"),
        combien(sujets_recalcules, siens, _s.raison.is_not(None)).label("ecartes"),
        combien(verdicts_recalcules, bouges, _v.sujet != SERVICE).label("verdicts"),
        combien(verdicts_recalcules, bouges, _v.sujet == SERVICE).label("disponibilites"),
        corrections.label("corrections"),
    )


_UN = select(*(c for c in recalculs.c if c.name != "candidat")).subquery("un")
RECALCUL = VueObjet(_avec_bilan(_UN), _UN.c.id, "Ce recalcul n'existe pas.")
RECALCULS = VueListe(
    requete=select(*(c for c in recalculs.c if c.name != "candidat")),
    filtre=SansFiltre,
    cles=(_r.id,),
    decroissant=True,
)
"""Le dernier demandé d'abord; son bilan, qui lit tout ce qu'il a relu, se lit de lui seul."""
CONNU = VueObjet(select(_UN), _UN.c.id, "Ce recalcul n'existe pas.")
"""Un recalcul, sans son bilan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreVerdicts:
    """Les verdicts d'un recalcul."""

    recalcul_id: UUID
    indicateur: str | None = None
    organisme: str | None = None


VERDICTS = VueListe(
    requete=select(verdicts_recalcules),
    filtre=FiltreVerdicts,
    cles=(_v.mesure_id, _v.organisme),
)

_INACHEVE = (
    select(_r.id, _r.sorte, _r.candidat).where(_r.acheve_le.is_(None)).order_by(_r.id).limit(1)
)
_m = mois_comptes.c
_MOIS_SUIVANT = (
    select(func.min(_m.periode))
    .select_from(recalculs.join(mois_comptes, _m.periode >= func.to_char(_r.debut, "YYYY-MM")))
    .where(
        _r.id == _CELUI,
        _m.jusqua.is_not(None),
        _m.periode > func.coalesce(_r.mois_lu, ""),
    )
)
_RESTENT = (
    select(_s.sorte, _s.sujet_id)
    .where(_s.recalcul_id == _CELUI, _s.traite_le.is_(None))
    .order_by(_s.sorte, _s.sujet_id)
    .limit(LOT)
)


@dataclass(frozen=True, slots=True)
class AFaire:
    """Le plus ancien rapport inachevé, et ce qu'il n'a pas relu; rien : à achever."""

    recalcul: Ligne
    sujets: list[Sujet]
    mois: Mois | None
    """Le premier mois dont des disponibilités restent à recompter."""


async def a_faire(connexion: Connexion) -> AFaire | None:
    """Ce que la tâche fait ensuite."""
    ligne = await connexion.ligne(_INACHEVE)
    if ligne is None:
        return None
    restent = await connexion.lignes(_RESTENT, {"celui": ligne.id})
    mois: str | None = await connexion.valeur(_MOIS_SUIVANT, {"celui": ligne.id})
    return AFaire(
        ligne,
        list(dict.fromkeys(Sujet(s.sorte, s.sujet_id) for s in restent)),
        mois=Mois.lire(mois) if mois else None,
    )

"""Ce qui, des mesures, se fige à la fermeture et se compare ensuite : dit une seule fois."""

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    insert,
    lateral,
    literal,
    literal_column,
    select,
    true,
    union,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from sla.disponibilites.adaptateurs.tables import actes_services, minutes, mois_comptes
from sla.fiches.domaine import SERVICE
from sla.mesures.adaptateurs.tables import comptes, mesures, sujets
from sla.mesures.domaine.conditions import Conclusion
from sla.taux.adaptateurs.decisions.vues import dernier_fait, derniere_decision
from sla.taux.adaptateurs.sources.vues import ATTENDU, de_minutes, en_cours
from sla.taux.adaptateurs.tables import (
    comptes_fermes,
    corrections,
    fermetures,
    mesures_fermees,
)
from sla.taux.domaine.attendus import MESURES
from socle.bd.connexion import Connexion

_m = mesures.c
_PERIODE = bindparam("periode", type_=Text)
_ESPECES = ("indicateur", "sujet", "sujet_id", "numero")


def _jugement(m: Any) -> ColumnElement[Any]:  # noqa: ANN401
    """Ce qu'une mesure dit au taux de son mois, et ce dont cela dépend.

    Les conditions qui l'excluent y sont dans l'ordre où sa fiche les dit.
    """
    excluent = func.jsonb_path_query_array(
        m.examens,
        literal_column(f"'$[*] ? (@.conclusion == \"{Conclusion.EXCLUE.value}\").condition'"),
        type_=JSONB,
    )
    fin = func.to_char(func.timezone("UTC", m.fin), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    return func.jsonb_build_object(
        *("verdict", m.verdict, "exclue", m.exclue, "signalee", m.signalee),
        *("conditions", case((m.exclue, excluent), else_=literal_column("'[]'::jsonb"))),
        *("cible", cast(func.trim_scale(m.cible, type_=Numeric), Text), "delai", m.delai),
        *("j0", m.j0, "fin", fin, "jours", m.jours),
        *("fiche", m.fiche, "fiche_version", m.fiche_version, "calendrier", m.calendrier),
        type_=JSONB,
    )


JUGEMENT = _jugement(_m)
_SUPPOSEES = (
    func.jsonb_to_recordset(bindparam("lignes", type_=JSONB))
    .table_valued(*(column(c.name, c.type) for c in mesures.columns), name="supposees")
    .render_derived(with_types=True)
)
SUPPOSEES = select(
    _SUPPOSEES.c.id, _SUPPOSEES.c.organisme, _jugement(_SUPPOSEES.c).label("jugement")
)
"""Ce que diraient des mesures qui ne sont pas enregistrées."""

FIGER_MESURES = insert(mesures_fermees).from_select(
    ["mesure_id", "periode", "organisme", *_ESPECES, "jugement"],
    select(_m.id, _m.periode, _m.organisme, *(_m[nom] for nom in _ESPECES), JUGEMENT).where(
        _m.periode == _PERIODE
    ),
)
_COMPTES = ("indicateur", "exercice", "periode", "organisme", "cible", "verdict", "exclue",
            "signalee", "conditions", "nombre")  # fmt: skip
FIGER_COMPTES = insert(comptes_fermes).from_select(
    [*_COMPTES, "unite"],
    select(*(comptes.c[nom] for nom in _COMPTES), literal(MESURES)).where(
        comptes.c.periode == _PERIODE, comptes.c.nombre > 0
    ),
)
_ATTENDUS = (
    func.unnest(bindparam("codes", type_=ARRAY(Text)), bindparam("unites", type_=ARRAY(Text)))
    .table_valued(column("code", Text), column("unite", Text), name="attendus")
    .render_derived()
)
_COURANTES = en_cours()
FIGER_EN_COURS = insert(comptes_fermes).from_select(
    ["indicateur", "organisme", "verdict", "nombre", "periode", "exercice", "unite", "exclue",
     "signalee", "conditions"],
    select(
        *(_COURANTES.c[nom] for nom in ("indicateur", "organisme", "verdict", "nombre")),
        _PERIODE,
        bindparam("exercice", type_=Text),
        literal(MESURES),
        literal(False),
        literal(False),
        literal([], ARRAY(Text)),
    ),
)  # fmt: skip

FIGER_ATTENDUS = insert(comptes_fermes).from_select(
    ["indicateur", "exercice", "periode", "organisme", "unite", "verdict", "exclue", "signalee",
     "conditions", "nombre"],
    select(
        _ATTENDUS.c.code,
        bindparam("exercice", type_=Text),
        _PERIODE,
        literal(""),
        _ATTENDUS.c.unite,
        literal(ATTENDU),
        *(literal(False), literal(False), literal([], ARRAY(Text)), literal(0)),
    ),
)  # fmt: skip
"""Une ligne vide de chaque indicateur attendu, tous organismes ensemble."""

_DE_MINUTES = de_minutes(frozenset({"periode"}), par_mois=True).subquery("rendues")
FIGER_MINUTES = insert(comptes_fermes).from_select(
    [*_COMPTES, "unite"],
    select(*(_DE_MINUTES.c[nom] for nom in (*_COMPTES, "unite"))),
)
_n = minutes.c


def _id_minutes(n: Any) -> ColumnElement[Any]:  # noqa: ANN401
    """D'une disponibilité, ce qui tient lieu d'identifiant de mesure."""
    cle = func.concat_ws("/", "minutes", n.indicateur, n.organisme, n.periode)
    return cast(func.md5(cle), Uuid)


def _jugement_minutes(n: Any) -> ColumnElement[Any]:  # noqa: ANN401
    """Ce qu'une disponibilité dit au taux de son mois, et ce dont cela dépend."""
    return func.jsonb_build_object(
        *("service", n.service, "panne", n.panne),
        *("service_ajuste", n.service_ajuste, "panne_ajuste", n.panne_ajuste),
        *("cible", cast(func.trim_scale(n.cible, type_=Numeric), Text)),
        *("fiche", n.fiche, "fiche_version", n.fiche_version, "calendriers", n.calendriers),
        type_=JSONB,
    )


_ID_MINUTES, JUGEMENT_MINUTES = _id_minutes(_n), _jugement_minutes(_n)
DITES = ("indicateur", "organisme", "periode", "fiche", "fiche_version", "cible", "service",
         "panne", "service_ajuste", "panne_ajuste", "calendriers")  # fmt: skip
"""Ce qu'il faut d'une disponibilité pour la juger."""
_RECOMPTEES = (
    func.jsonb_to_recordset(bindparam("lignes", type_=JSONB))
    .table_valued(*(column(nom, _n[nom].type) for nom in DITES), name="recomptees")
    .render_derived(with_types=True)
)
RECOMPTEES = select(
    _id_minutes(_RECOMPTEES.c).label("mesure_id"),
    *(_RECOMPTEES.c[nom] for nom in ("indicateur", "organisme", "periode")),
    _jugement_minutes(_RECOMPTEES.c).label("jugement"),
)
"""Ce que diraient des disponibilités qui ne sont pas enregistrées."""
FIGER_DISPONIBILITES = insert(mesures_fermees).from_select(
    ["mesure_id", "periode", "organisme", "indicateur", "sujet", "sujet_id", "jugement"],
    select(
        *(_ID_MINUTES, _n.periode, _n.organisme, _n.indicateur),
        *(literal(SERVICE), _n.indicateur, JUGEMENT_MINUTES),
    ).where(_n.periode == _PERIODE),
)

_f = mesures_fermees.c
_LIGNE = func.concat_ws("|", _f.mesure_id, _f.organisme, cast(_f.jugement, Text))
_PORTEUR = lateral(values(column("porteur", Text), name="porteurs").data([(_f.organisme,), ("",)]))
_LIGNES = (
    select(_f.indicateur, _PORTEUR.c.porteur.label("organisme"), _LIGNE.label("ligne"))
    .select_from(mesures_fermees.join(_PORTEUR, true()))
    .where(_f.periode == _PERIODE)
    .distinct()
    .subquery("lignes")
)
_TOUTES = func.string_agg(_LIGNES.c.ligne, literal_column("E'\\n' ORDER BY lignes.ligne"))
EMPREINTES = select(
    _LIGNES.c.indicateur,
    _LIGNES.c.organisme,
    func.encode(func.sha256(func.convert_to(_TOUTES, "UTF8", type_=LargeBinary)), "hex").label(
        "empreinte"
    ),
).group_by(_LIGNES.c.indicateur, _LIGNES.c.organisme)
"""L'empreinte des mesures de chaque taux, lignes triées."""

REGIMES = (
    select(
        _f.organisme,
        _f.jugement["fiche"].astext.label("fiche"),
        _f.jugement["fiche_version"].as_integer().label("version"),
    )
    .where(_f.periode == _PERIODE, _f.sujet != SERVICE)
    .distinct()
)
"""Les fiches et les versions qui régissent les mesures figées, de chaque organisme."""

CONCERNES = (
    select(comptes_fermes.c.indicateur, comptes_fermes.c.organisme)
    .where(comptes_fermes.c.periode == _PERIODE)
    .distinct()
)
"""Ce dont un taux se publie, ne fût-ce que pour ce qui y court."""

A_REJOUER = select(exists().where(sujets.c.a_rejouer))
_BORNE = 10_000
REJEUX = select(func.count()).select_from(
    select(sujets.c.id).where(sujets.c.a_rejouer).limit(_BORNE).subquery()
)
"""Combien de sujets attendent d'être rejoués, jusqu'à dix mille."""
_FERMEES = select(fermetures.c.periode)
_MESUREES = union(
    select(comptes.c.periode).where(comptes.c.organisme == "", comptes.c.nombre > 0),
    select(_n.periode).where(_n.organisme == ""),
).subquery("mesurees")
OUVERTES = (
    select(_MESUREES.c.periode)
    .where(_MESUREES.c.periode.not_in(_FERMEES))
    .order_by(_MESUREES.c.periode)
)
"""Les périodes qui ont des mesures et ne sont pas fermées, la plus ancienne d'abord."""
_p = mois_comptes.c
_DERNIER = func.to_date(_p.periode, "YYYY-MM") + literal_column("interval '1 month - 1 day'")
_ENTIER = and_(~_p.a_compter, _p.jusqua >= _DERNIER)
INCOMPLETS = select(_p.periode).where(func.coalesce(~_ENTIER, true()))
"""Les mois dont des minutes restent à compter."""

_MARQUEES = (
    func.unnest(bindparam("ids", type_=ARRAY(Uuid)), bindparam("organismes", type_=ARRAY(Text)))
    .table_valued(column("mesure_id", Uuid), column("organisme", Text), name="marquees")
    .render_derived()
)
_k = _MARQUEES.c
_c = corrections.c


def _celle(table: ReadOnlyColumnCollection[str, Column[Any]]) -> ColumnElement[bool]:
    return and_(table.mesure_id == _k.mesure_id, table.organisme == _k.organisme)


_ACTUELLE = and_(_m.id == _k.mesure_id, _m.organisme == _k.organisme)
_CONNUE = (
    union_all(
        *(
            select(*(table.c[nom] for nom in _ESPECES)).where(_celle(table.c)).correlate(_MARQUEES)
            for table in (mesures_fermees, corrections)
        )
    )
    .limit(1)
    .lateral("connue")
)
_especes = {nom: func.coalesce(_m[nom], _CONNUE.c[nom]) for nom in _ESPECES}
_SUJET = (_especes["sujet"], _especes["sujet_id"])
CONSTATS = (
    select(
        *_k,
        *(valeur.label(nom) for nom, valeur in _especes.items()),
        _m.periode,
        case((_m.id.is_not(None), JUGEMENT)).label("jugement"),
        dernier_fait(*_SUJET, _k.organisme).label("appris_le"),
        derniere_decision(*_SUJET, _k.organisme).label("decidee_le"),
    )
    .select_from(_MARQUEES.outerjoin(mesures, _ACTUELLE).outerjoin(_CONNUE, true()))
    .where(_especes["sujet"].is_not(None))
)
"""Ce qu'on sait de chaque mesure marquée."""

_VOULUES = ("mesure_id", "organisme", "sujet", "sujet_id")
_TYPES = (Uuid, Text, Text, Text)
_DE = (
    func.unnest(*(bindparam(n, type_=ARRAY(t)) for n, t in zip(_VOULUES, _TYPES, strict=True)))
    .table_valued(*(column(n, t) for n, t in zip(_VOULUES, _TYPES, strict=True)), name="voulues")
    .render_derived()
)
_v = _DE.c
DERNIERS = select(
    _v.mesure_id,
    _v.organisme,
    dernier_fait(_v.sujet, _v.sujet_id, _v.organisme).label("appris_le"),
    derniere_decision(_v.sujet, _v.sujet_id, _v.organisme).label("decidee_le"),
)
"""De quand date ce qu'on sait du sujet de chacune."""

_DERNIERE = (
    select(_c.rang, _c.apres, _c.corrigee_le)
    .where(_celle(_c), _c.periode == fermetures.c.periode)
    .correlate(_MARQUEES, fermetures)
    .order_by(_c.rang.desc())
    .limit(1)
    .lateral("derniere")
)
_SIENNES = union(
    select(_f.periode).where(_celle(_f)).correlate(_MARQUEES),
    select(_c.periode).where(_celle(_c)).correlate(_MARQUEES),
    select(_m.periode).where(_ACTUELLE).correlate(_MARQUEES),
).lateral("siennes")
_FIGEE = and_(_celle(_f), _f.periode == fermetures.c.periode)
PUBLIES = select(
    *_k,
    fermetures.c.periode,
    case((_DERNIERE.c.rang.is_not(None), _DERNIERE.c.apres), else_=_f.jugement).label("jugement"),
    func.coalesce(_DERNIERE.c.corrigee_le, fermetures.c.fermee_le).label("dit_le"),
    func.coalesce(_DERNIERE.c.rang, 0).label("rang"),
).select_from(
    _MARQUEES.join(_SIENNES, true())
    .join(fermetures, fermetures.c.periode == _SIENNES.c.periode)
    .outerjoin(mesures_fermees, _FIGEE)
    .outerjoin(_DERNIERE, true())
)
"""Ce que dit de chacune chaque période fermée dont elle est, ou fut."""

_ACTUELLES = (
    select(
        _ID_MINUTES.label("id"),
        _n.indicateur,
        _n.organisme,
        _n.periode,
        JUGEMENT_MINUTES.label("jugement"),
    )
    .where(_n.periode.in_(_FERMEES))
    .subquery("actuelles")
)
_FIGEES = select(mesures_fermees).where(_f.sujet == SERVICE).subquery("figees")
_a, _g = _ACTUELLES.c, _FIGEES.c
_DE_QUI = ("indicateur", "organisme", "periode")
_CHAQUE = (
    select(
        func.coalesce(_g.mesure_id, _a.id).label("mesure_id"),
        *(
            func.coalesce(_g[nom], _a[nom]).label(nom)
            for nom in ("indicateur", "organisme", "periode")
        ),
        _g.jugement.label("figee"),
        _a.jugement.label("actuelle"),
    )
    .select_from(_FIGEES.join(_ACTUELLES, _a.id == _g.mesure_id, full=True))
    .subquery("chaque")
)
_q = _CHAQUE.c
_REVUE = (
    select(_c.rang, _c.apres, _c.corrigee_le)
    .where(*(_c[nom] == _q[nom] for nom in ("mesure_id", "organisme", "periode")))
    .correlate(_CHAQUE)
    .order_by(_c.rang.desc())
    .limit(1)
    .lateral("revue")
)
_DIT = case((_REVUE.c.rang.is_not(None), _REVUE.c.apres), else_=_q.figee)


def _sans_versions(jugement: ColumnElement[Any]) -> ColumnElement[Any]:
    return jugement.op("-")(literal(["fiche", "fiche_version", "calendriers"], ARRAY(Text)))


DISPONIBILITES = (
    select(
        *(_q[nom] for nom in ("mesure_id", "indicateur", "organisme", "periode", "actuelle")),
        _DIT.label("jugement"),
        func.coalesce(_REVUE.c.corrigee_le, fermetures.c.fermee_le).label("dit_le"),
        func.coalesce(_REVUE.c.rang, 0).label("rang"),
        select(func.max(actes_services.c.le)).scalar_subquery().label("decidee_le"),
    )
    .select_from(
        _CHAQUE.join(fermetures, fermetures.c.periode == _q.periode)
        .join(mois_comptes, and_(mois_comptes.c.periode == _q.periode, _ENTIER))
        .outerjoin(_REVUE, true())
    )
    .where(_sans_versions(_DIT).is_distinct_from(_sans_versions(_q.actuelle)))
    .limit(bindparam("limite"))
)
"""Les disponibilités dont un mois fermé, recompté en entier, dirait autre chose."""


async def disponibilites_a_revoir(connexion: Connexion) -> bool:
    """Vrai s'il y en a."""
    return await connexion.ligne(DISPONIBILITES, {"limite": 1}) is not None

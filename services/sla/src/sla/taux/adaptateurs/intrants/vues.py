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

from sla.histoires.adaptateurs.tables import histoires
from sla.mesures.adaptateurs.tables import comptes, mesures, sujets
from sla.mesures.domaine.conditions import Conclusion
from sla.taux.adaptateurs.tables import (
    comptes_fermes,
    corrections,
    fermetures,
    mesures_fermees,
)
from sla.taux.adaptateurs.vues import ATTENDU, MESURES, en_cours

_m = mesures.c
_PERIODE = bindparam("periode", type_=Text)
_ESPECES = ("indicateur", "sujet", "sujet_id", "numero")


_EXCLUENT = func.jsonb_path_query_array(
    _m.examens,
    literal_column(f"'$[*] ? (@.conclusion == \"{Conclusion.EXCLUE.value}\").condition'"),
    type_=JSONB,
)
"""Les conditions qui excluent la mesure, dans l'ordre où sa fiche les dit."""
_FIN = func.to_char(func.timezone("UTC", _m.fin), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
JUGEMENT = func.jsonb_build_object(
    *("verdict", _m.verdict, "exclue", _m.exclue, "signalee", _m.signalee),
    *("conditions", case((_m.exclue, _EXCLUENT), else_=literal_column("'[]'::jsonb"))),
    *("cible", cast(func.trim_scale(_m.cible, type_=Numeric), Text), "delai", _m.delai),
    *("j0", _m.j0, "fin", _FIN, "jours", _m.jours),
    *("fiche", _m.fiche, "fiche_version", _m.fiche_version, "calendrier", _m.calendrier),
    type_=JSONB,
)
"""Ce qu'une mesure dit au taux de son mois, et ce dont cela dépend."""

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
    func.unnest(bindparam("codes", type_=ARRAY(Text)))
    .table_valued(column("code", Text), name="attendus")
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
        *(literal(dit) for dit in ("", MESURES, ATTENDU)),
        *(literal(False), literal(False), literal([], ARRAY(Text)), literal(0)),
    ),
)  # fmt: skip
"""Une ligne vide de chaque indicateur attendu, tous organismes ensemble."""

_f = mesures_fermees.c
_LIGNE = func.concat_ws("|", _f.mesure_id, _f.organisme, cast(_f.jugement, Text))
_PORTEUR = lateral(values(column("porteur", Text), name="porteurs").data([(_f.organisme,), ("",)]))
EMPREINTES = (
    select(
        _f.indicateur,
        _PORTEUR.c.porteur.label("organisme"),
        func.encode(
            func.sha256(
                func.convert_to(
                    func.string_agg(_LIGNE, literal_column("E'\\n' ORDER BY mesure_id, organisme")),
                    "UTF8",
                    type_=LargeBinary,
                )
            ),
            "hex",
        ).label("empreinte"),
    )
    .select_from(mesures_fermees.join(_PORTEUR, true()))
    .where(_f.periode == _PERIODE)
    .group_by(_f.indicateur, _PORTEUR.c.porteur)
)
"""L'empreinte des mesures de chaque taux, lignes triées par mesure puis organisme."""

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
_OUVERTES = (
    select(comptes.c.periode)
    .where(
        comptes.c.organisme == "",
        comptes.c.nombre > 0,
        ~exists().where(fermetures.c.periode == comptes.c.periode),
    )
    .distinct()
)
OUVERTES = _OUVERTES.order_by(comptes.c.periode)
"""Les périodes qui ont des mesures et ne sont pas fermées, la plus ancienne d'abord."""

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
_h = histoires.c
_especes = {nom: func.coalesce(_m[nom], _CONNUE.c[nom]) for nom in _ESPECES}
CONSTATS = (
    select(
        *_k,
        *(valeur.label(nom) for nom, valeur in _especes.items()),
        _m.periode,
        case((_m.id.is_not(None), JUGEMENT)).label("jugement"),
        select(func.max(_h.enregistre_le))
        .where(
            _h.sujet == _especes["sujet"],
            _h.sujet_id == _especes["sujet_id"],
            _h.organisme == _k.organisme,
        )
        .scalar_subquery()
        .label("appris_le"),
    )
    .select_from(_MARQUEES.outerjoin(mesures, _ACTUELLE).outerjoin(_CONNUE, true()))
    .where(_especes["sujet"].is_not(None))
)
"""Ce qu'on sait de chaque mesure marquée."""

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

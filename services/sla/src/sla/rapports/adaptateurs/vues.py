"""Ce qu'un rapport lit des mesures et des mois fermés : chaque liste est bornée, et comptée."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from sla.mesures.adaptateurs.tables import mesures
from sla.mesures.domaine.conditions import Conclusion
from sla.mesures.domaine.verdict import Verdict
from sla.rapports.adaptateurs.tables import (
    executions_rapports,
    rapports,
    traitements_rapports,
)
from sla.rapports.cas_usage import EtablirRapport
from sla.rapports.domaine.executions import Execution
from sla.rapports.domaine.rapport import MONTREES
from sla.taux.adaptateurs.tables import corrections, fermetures, fiches_fermees, mesures_fermees
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet, une
from socle.bd.instructions import Ligne, parmi
from socle.bd.vues import Vue, VueListe, VueObjet

LOT: Final = 20
"""Les rapports qu'un passage de la tâche établit, chacun dans sa transaction."""
_PERIODE = bindparam("periode", type_=Text)
_ORGANISME = bindparam("organisme", type_=Text)
_MANQUEE = Verdict.MANQUEE.value

FERMETURE = select(
    *(fermetures.c[nom] for nom in ("fermee_le", "motif", "manquants", "calendriers", "empreinte"))
).where(fermetures.c.periode == _PERIODE)


@dataclass(frozen=True, slots=True)
class Lecture:
    """La même requête pour tous, et pour un seul organisme : chacune a son index."""

    tous: Select[Any]
    un: Select[Any]

    @classmethod
    def de(cls, requete: Select[Any], organisme: ColumnElement[str]) -> "Lecture":
        return cls(requete, requete.where(organisme == _ORGANISME))

    @classmethod
    def bornee(
        cls, requete: Select[Any], organisme: ColumnElement[str], *ordre: ColumnElement[Any]
    ) -> "Lecture":
        """Les premières lignes, chacune avec le nombre de toutes."""
        toutes = requete.add_columns(func.count().over().label("nombre"))
        return cls.de(toutes.order_by(*ordre).limit(MONTREES), organisme)

    async def lire(
        self, connexion: Connexion, organisme: str | None, **valeurs: object
    ) -> list[Ligne]:
        if organisme is None:
            return await connexion.lignes(self.tous, valeurs)
        return await connexion.lignes(self.un, {**valeurs, "organisme": organisme})


def _repere(c: Any) -> ColumnElement[str]:  # noqa: ANN401
    return func.coalesce(c.numero, c.sujet_id).label("repere")


_m, _f, _c = mesures.c, mesures_fermees.c, corrections.c

MANQUEES = Lecture.bornee(
    select(
        _m.id.label("mesure_id"),
        *(_m[nom] for nom in ("organisme", "indicateur", "sujet")),
        _repere(_m),
        *(_m[nom] for nom in ("j0", "fin", "jours", "delai", "exclue")),
    ).where(_m.periode == _PERIODE, _m.verdict == _MANQUEE),
    _m.organisme,
    _m.indicateur,
    _m.fin,
    _m.id,
)
"""Celles qu'on connaît, d'un mois qui n'est pas fermé."""

_JUGEMENT: Mapping[str, Any] = {"j0": Date, "fin": DateTime(timezone=True)}
_JUGE = {nom: cast(_f.jugement[nom].astext, type_).label(nom) for nom, type_ in _JUGEMENT.items()}
_ENTIERS = {nom: cast(_f.jugement[nom].astext, Integer).label(nom) for nom in ("jours", "delai")}

MANQUEES_FERMEES = Lecture.bornee(
    select(
        *(_f[nom] for nom in ("mesure_id", "organisme", "indicateur", "sujet")),
        _repere(_f),
        *_JUGE.values(),
        *_ENTIERS.values(),
        _f.jugement["exclue"].as_boolean().label("exclue"),
    ).where(_f.periode == _PERIODE, _f.jugement["verdict"].astext == _MANQUEE),
    _f.organisme,
    _f.indicateur,
    _JUGE["fin"],
    _f.mesure_id,
)
"""Celles du taux publié."""

_EXAMEN = func.jsonb_array_elements(_m.examens, type_=JSONB).column_valued(
    "examen", joins_implicitly=True
)
EXCLUES = Lecture.bornee(
    select(
        _m.id.label("mesure_id"),
        *(_m[nom] for nom in ("organisme", "indicateur", "sujet")),
        _repere(_m),
        *(_EXAMEN[nom].astext.label(nom) for nom in ("libelle", "preuve", "auteur", "motif")),
    ).where(
        _m.periode == _PERIODE,
        _m.exclue,
        _EXAMEN["conclusion"].astext == Conclusion.EXCLUE.value,
    ),
    _m.organisme,
    _m.indicateur,
    _m.fin,
    _m.id,
    _EXAMEN["condition"].astext,
)


def _exclues_fermees(*qui: ColumnElement[bool]) -> Select[Any]:
    """Ce que la fermeture a figé, et ce qui s'en lit encore aux examens de la mesure.

    Un examen ne vaut que s'il excluait déjà : prononcé avant la fermeture, annulé après elle.
    """
    code = func.jsonb_array_elements_text(_f.jugement["conditions"]).column_valued(
        "code", joins_implicitly=True
    )
    f = (
        select(
            *(_f[nom] for nom in ("mesure_id", "organisme", "indicateur", "sujet")),
            _repere(_f),
            _JUGE["fin"],
            code.label("condition"),
            func.count().over().label("nombre"),
        )
        .where(_f.periode == _PERIODE, _f.jugement["exclue"].as_boolean(), *qui)
        .order_by(_f.organisme, _f.indicateur, _JUGE["fin"], _f.mesure_id, code)
        .limit(MONTREES)
        .subquery("figees")
        .c
    )
    e = _examen_d_alors(f.condition)
    return (
        select(
            *(f[nom] for nom in ("mesure_id", "organisme", "indicateur", "sujet", "repere")),
            func.coalesce(e.c.libelle, f.condition).label("libelle"),
            *(case((e.c.valait, e.c[nom])).label(nom) for nom in ("preuve", "auteur", "motif")),
            f.nombre,
        )
        .outerjoin_from(
            f.nombre.table, mesures, and_(_m.id == f.mesure_id, _m.organisme == f.organisme)
        )
        .outerjoin(e, true())
        .order_by(f.organisme, f.indicateur, f.fin, f.mesure_id, f.condition)
    )


def _examen_d_alors(condition: ColumnElement[str]) -> Any:  # noqa: ANN401
    """Des examens d'une mesure, celui de cette condition; de préférence, qui valait alors."""
    examen = func.jsonb_array_elements(_m.examens, type_=JSONB).column_valued("examen_d_alors")
    fermee_le = (
        select(fermetures.c.fermee_le).where(fermetures.c.periode == _PERIODE).scalar_subquery()
    )
    le = cast(examen["le"].astext, DateTime(timezone=True))
    annulee_le = cast(examen["annulation"]["le"].astext, DateTime(timezone=True))
    valait = and_(
        parmi(examen["conclusion"].astext, _EXCLURENT),
        or_(le.is_(None), le <= fermee_le),
        or_(annulee_le.is_(None), annulee_le > fermee_le),
    )
    return (
        select(
            *(examen[nom].astext.label(nom) for nom in ("libelle", "preuve", "auteur", "motif")),
            valait.label("valait"),
        )
        .where(examen["condition"].astext == condition)
        .order_by(valait.desc(), le.desc().nulls_last())
        .limit(1)
        .correlate(mesures, condition.table)
        .lateral("alors")
    )


_EXCLURENT = (Conclusion.EXCLUE.value, Conclusion.ANNULEE.value)
EXCLUES_FERMEES = Lecture(_exclues_fermees(), _exclues_fermees(_f.organisme == _ORGANISME))
"""Celles du taux publié."""


def _exclusions(cote: ColumnElement[Any]) -> ColumnElement[Any]:
    """Le libellé de chaque condition d'un jugement, tel que la mesure le dit; sinon son code."""
    code = func.jsonb_array_elements_text(cote["conditions"]).column_valued(f"code_{cote.name}")
    examen = func.jsonb_array_elements(_m.examens, type_=JSONB).column_valued(
        f"examen_{cote.name}", joins_implicitly=True
    )
    libelle = (
        select(examen["libelle"].astext)
        .select_from(mesures)
        .where(_m.id == _c.mesure_id, _m.organisme == _c.organisme)
        .where(examen["condition"].astext == code)
        .limit(1)
        .correlate(corrections, code.scalar_alias)
        .scalar_subquery()
    )
    toutes = select(func.jsonb_agg(func.coalesce(libelle, code), type_=JSONB))
    return func.coalesce(toutes.correlate(corrections).scalar_subquery(), literal([], JSONB))


def _precisions(cote: ColumnElement[Any]) -> ColumnElement[Any]:
    """Ce qui, d'un jugement, entre dans un compte avec son verdict."""
    dites = func.jsonb_build_object(
        *("exclusions", _exclusions(cote)),
        *("signalee", func.coalesce(cote["signalee"].as_boolean(), false())),
        *("cible", cote["cible"].astext),
        *("service_ajuste", cote["service_ajuste"]),
        *("panne_ajuste", cote["panne_ajuste"]),
        type_=JSONB,
    )
    return case((cote.is_not(None), dites)).label(f"precisions_{cote.name}")


CORRIGEES = Lecture.bornee(
    select(
        *(_c[nom] for nom in ("mesure_id", "organisme", "periode", "indicateur", "sujet")),
        _repere(_c),
        _c.avant["verdict"].astext.label("avant"),
        _c.apres["verdict"].astext.label("apres"),
        *(
            cote[nom].as_integer().label(f"{nom}_{cote.name}")
            for cote in (_c.avant, _c.apres)
            for nom in ("service", "panne")
        ),
        *map(_precisions, (_c.avant, _c.apres)),
        _c.cause,
        _c.corrigee_le,
    ).where(parmi(_c.periode, "periodes"), _c.organisme != ""),
    _c.organisme,
    _c.corrigee_le.desc(),
    _c.mesure_id,
    _c.periode,
    _c.rang,
)

REGIMES = Lecture.de(
    select(_m.fiche, _m.fiche_version).where(_m.periode == _PERIODE).distinct(), _m.organisme
)

FICHES_FIGEES = select(fiches_fermees.c.fiches).where(
    fiches_fermees.c.periode == _PERIODE, fiches_fermees.c.organisme == _ORGANISME
)

_g, _x, _t = rapports.c, executions_rapports.c, traitements_rapports.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreGardes:
    """Ce qu'on demande aux rapports gardés."""

    periode: str | None = None
    organisme: str | None = None


_GARDES = select(*(colonne for colonne in rapports.c if colonne.name != "document"))
GARDES = VueListe(
    requete=_GARDES, filtre=FiltreGardes, cles=(_g.periode, _g.organisme, _g.empreinte)
)
_GARDE = select(_g.document).where(
    _g.periode == _PERIODE, _g.organisme == _ORGANISME, _g.empreinte == bindparam("empreinte")
)


_ABSENT = "Aucun rapport n'est gardé sous cette empreinte."


def garde(periode: str, organisme: str | None, empreinte: str) -> Vue[str]:
    """Le document d'un rapport gardé; lève `Introuvable`."""

    async def vue(connexion: Connexion) -> str:
        cle = {"periode": periode, "organisme": organisme or "", "empreinte": empreinte}
        ligne = await une(connexion, _GARDE, _ABSENT, **cle)
        document: str = ligne.document
        return document

    return vue


def _avec_bilan(page: FromClause) -> Select[Any]:
    """Des exécutions, et ce qu'elles ont fait."""

    def combien(*qui: ColumnElement[bool]) -> ColumnElement[int]:
        siens = _t.execution_id == page.c.id
        nombre = select(func.count()).select_from(traitements_rapports).where(siens, *qui)
        return nombre.scalar_subquery()

    return select(
        page,
        combien().label("rapports"),
        combien(_t.empreinte.is_not(None)).label("etablis"),
        combien(_t.raison.is_not(None)).label("ecartes"),
    )


_UNE = select(executions_rapports).subquery("une")
EXECUTION = VueObjet(_avec_bilan(_UNE), _UNE.c.id, "Cette exécution n'existe pas.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreExecutions:
    """Ce qu'on demande aux exécutions."""

    periode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreTraitements:
    """Les rapports d'une exécution."""

    execution_id: UUID


EXECUTIONS = VueListe(
    requete=select(executions_rapports),
    filtre=FiltreExecutions,
    cles=(_x.id,),
    decroissant=True,
    completer=_avec_bilan,
)
"""La dernière demandée d'abord."""
TRAITEMENTS = VueListe(
    requete=select(traitements_rapports), filtre=FiltreTraitements, cles=(_t.organisme,)
)

INACHEVEE = (
    select(_x.id)
    .where(
        _x.periode == _PERIODE,
        exists().where(_t.execution_id == _x.id, _t.traite_le.is_(None)),
    )
    .limit(1)
)
_A_ETABLIR = (
    select(
        _t.execution_id,
        _x.periode,
        func.nullif(_t.organisme, "").label("organisme"),
        _t.essais,
    )
    .join_from(traitements_rapports, executions_rapports, _x.id == _t.execution_id)
    .where(_t.traite_le.is_(None), _x.arretee_le.is_(None))
    .order_by(_t.execution_id, _t.organisme)
    .limit(LOT)
)
_PASSES = select(_g.periode).where(_g.conserve_jusquau < bindparam("aujourdhui")).limit(1)


def execution(ligne: Ligne) -> Execution:
    """L'exécution d'une ligne."""
    return objet(Execution, ligne)


async def a_etablir(connexion: Connexion) -> Sequence[EtablirRapport]:
    """Des rapports que des exécutions attendent, la plus ancienne d'abord."""
    return [objet(EtablirRapport, ligne) for ligne in await connexion.lignes(_A_ETABLIR)]


def a_purger(aujourdhui: date) -> Vue[bool]:
    """Vrai s'il reste des rapports dont la conservation est passée."""

    async def vue(connexion: Connexion) -> bool:
        return await connexion.ligne(_PASSES, {"aujourdhui": aujourdhui}) is not None

    return vue

"""Les lectures des taux, des périodes fermées et de leurs corrections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from sla.mesures.adaptateurs.tables import comptes, mesures
from sla.mesures.domaine.verdict import JUGES, Verdict
from sla.taux.adaptateurs.tables import (
    a_corriger,
    comptes_fermes,
    corrections,
    fermetures,
    taux_fermes,
)
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes
from socle.bd.instructions import parmi
from socle.bd.vues import VueListe, VueObjet

CLES = ("indicateur", "exercice", "periode", "organisme")
MESURES, MINUTES = "mesures", "minutes"
"""Ce qu'un taux compte : des mesures, ou (en secondes) un temps de service."""
A_RISQUE, EN_RETARD = "a_risque", "en_retard"
"""D'une mesure en cours comptée : son échéance approche, ou est passée (SLA-6)."""
ATTENDU = "attendu"
"""D'un compte figé : aucune mesure, mais le taux se publie, vide."""
_COURENT = (Verdict.EN_COURS.value, A_RISQUE, EN_RETARD)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreTaux:
    """Ce qu'on demande aux taux.

    `organisme` absent : chacun, et tous ensemble (organisme « »). Un exercice sans période se
    compte d'un bloc (période « »); une période demandée nomme aussi son exercice. `codes`,
    `exercices`, `periodes` et `unites` vont ensemble : ce qui a sa ligne même sans mesure, de la
    portée demandée. Les mesures en cours se comptent à `ce_mois`, de `cet_exercice`.
    """

    indicateur: str | None = None
    organisme: str | None = None
    periode: str | None = None
    exercice: str | None = None
    codes: Sequence[str] = ()
    exercices: Sequence[str] = ()
    periodes: Sequence[str] = ()
    unites: Sequence[str] = ()
    aujourdhui: date
    ce_mois: str
    cet_exercice: str


_ATTENDUS = ("codes", "exercices", "periodes", "unites")
_NOMS = (
    *CLES, "unite", "cible", "verdict", "exclue", "signalee", "conditions", "nombre", "publie",
    "actuel", "attendu",
)  # fmt: skip
_TYPES: Mapping[str, Any] = MappingProxyType(
    {
        **dict.fromkeys(("exclue", "signalee", "publie", "actuel", "attendu"), Boolean()),
        "cible": Numeric(),
        "conditions": ARRAY(Text),
        "nombre": BigInteger(),
    }
)
"""Ce que dit un compte : `publie`, il est du taux publié; `actuel`, de ce qu'on sait maintenant."""


def taux(filtre: FiltreTaux) -> VueListe[FiltreTaux]:
    """La vue des taux pour ce jeu de filtres; chaque jeu se bâtit une fois."""
    presents = {nom for nom, valeur in colonnes(filtre).items() if valeur is not None}
    return _vue(frozenset(presents.intersection(CLES)))


@cache
def _vue(presents: frozenset[str]) -> VueListe[FiltreTaux]:
    lignes = _lignes(presents).subquery("lignes")
    return VueListe(
        requete=select(lignes),
        filtre=FiltreTaux,
        cles=tuple(lignes.c[nom] for nom in CLES),
        parametres=frozenset({*CLES, *_ATTENDUS, "aujourdhui", "ce_mois", "cet_exercice"}),
        completer=_completer,
    )


def _lignes(presents: frozenset[str]) -> Select[Any]:
    """Un taux par clé : publié, et tel qu'il serait maintenant."""
    par_mois = "periode" in presents or "exercice" not in presents
    comptees = (s(presents, par_mois=par_mois) for s in (_tenus, _fermes, _en_cours))
    c = union_all(*comptees, _attendus(presents)).subquery("sources").c
    jugee = parmi(c.verdict, sorted(JUGES))
    return (
        select(
            *(c[nom] for nom in CLES),
            func.max(c.unite).label("unite"),
            _nombre(c, c.publie, parmi(c.verdict, _COURENT)).label("en_cours"),
            _nombre(c, c.publie, c.verdict == A_RISQUE).label("a_risque"),
            _nombre(c, c.publie, c.verdict == EN_RETARD).label("en_retard"),
            *_faits(c, "publie", jugee),
            *_faits(c, "actuel", jugee),
        )
        .group_by(*(c[nom] for nom in CLES))
        .having(or_(func.bool_or(c.attendu), func.sum(c.nombre) > 0))
    )


def _faits(c: Any, nom: str, jugee: ColumnElement[bool]) -> list[ColumnElement[Any]]:  # noqa: ANN401
    """Ce dont est fait le taux publié, ou l'actuel."""
    siens = (c[nom], jugee)
    conforme, depassee = c.verdict == Verdict.CONFORME.value, c.verdict == Verdict.DEPASSEE.value
    faits: dict[str, ColumnElement[Any]] = {
        "cible": func.trim_scale(func.max(c.cible).filter(*siens), type_=Numeric),
        "mesurees": _nombre(c, *siens),
        "conformes": _nombre(c, *siens, conforme),
        "depassees": _nombre(c, *siens, depassee),
        "mesurees_ajuste": _nombre(c, *siens, ~c.exclue),
        "conformes_ajuste": _nombre(c, *siens, conforme, ~c.exclue),
        "depassees_ajuste": _nombre(c, *siens, depassee, ~c.exclue),
        "signalees": _nombre(c, *siens, c.signalee),
        "exclusions": func.jsonb_agg(
            func.jsonb_build_array(c.conditions, c.nombre), type_=JSONB
        ).filter(*siens, c.exclue, c.unite == MESURES),
    }
    return [valeur.label(f"{fait}_{nom}") for fait, valeur in faits.items()]


def _nombre(c: Any, *qui: ColumnElement[bool]) -> ColumnElement[int]:  # noqa: ANN401
    """Combien, de ce qui répond à ces conditions."""
    return cast(func.coalesce(func.sum(c.nombre).filter(*qui), 0), BigInteger)


def _dits(**dits: Any) -> list[ColumnElement[Any]]:
    """Les colonnes d'une source, dans leur ordre; d'office, rien de compté ni d'attendu."""
    d_office: dict[str, Any] = {
        "unite": literal(MESURES),
        "cible": literal(None, Numeric),
        "verdict": literal(None, Text),
        "exclue": false(),
        "signalee": false(),
        "conditions": literal([], ARRAY(Text)),
        "nombre": literal(0),
        "publie": true(),
        "actuel": true(),
        "attendu": false(),
    }
    tous = {**d_office, **dits}
    # Des mêmes types dans chaque source : l'union se lit alors dans l'ordre des clés, sans tri.
    return [cast(tous[nom], _TYPES.get(nom, Text)).label(nom) for nom in _NOMS]


def _demandes(c: Any, presents: frozenset[str]) -> list[ColumnElement[bool]]:  # noqa: ANN401
    return [c[nom] == bindparam(nom, type_=Text) for nom in sorted(presents)]


def _periode(c: Any, *, par_mois: bool) -> ColumnElement[str]:  # noqa: ANN401
    return c.periode if par_mois else literal("")


def _tenus(presents: frozenset[str], par_mois: bool) -> Select[Any]:
    """Les comptes que tient le déclencheur : ceux d'un mois fermé ne sont plus publiés."""
    c = comptes.c
    siens = ("indicateur", "exercice", "organisme", "cible", "verdict", "exclue", "signalee")
    # Ni jointure ni filtre de plus : les comptes se lisent dans l'ordre de leur clé, et une page
    # s'arrête là.
    ferme = c.periode.in_(select(fermetures.c.periode))
    return select(
        *_dits(
            **{nom: c[nom] for nom in (*siens, "conditions", "nombre")},
            periode=_periode(c, par_mois=par_mois),
            publie=~ferme,
        )
    ).where(*_demandes(c, presents))


def _fermes(presents: frozenset[str], par_mois: bool) -> Select[Any]:
    """Les comptes d'une fermeture. Ce qui courait alors ne s'additionne pas d'un mois à l'autre."""
    c = comptes_fermes.c
    juges = () if par_mois else (parmi(c.verdict, [*sorted(JUGES), ATTENDU]),)
    return select(
        *_dits(
            **{nom: c[nom] for nom in _NOMS if nom in c and nom != "periode"},
            periode=_periode(c, par_mois=par_mois),
            actuel=false(),
            attendu=true(),
        )
    ).where(*juges, *_demandes(c, presents))


def _en_cours(presents: frozenset[str], par_mois: bool) -> Select[Any]:
    """Ce qui court à cet instant, compté au mois qui court."""
    c = en_cours(presents).c
    mois, exercice = bindparam("ce_mois", type_=Text), bindparam("cet_exercice", type_=Text)
    demandes = {"periode": mois, "exercice": exercice}
    return select(
        *_dits(
            **{nom: c[nom] for nom in ("indicateur", "organisme", "verdict", "nombre")},
            exercice=exercice,
            periode=mois if par_mois else literal(""),
        )
    ).where(
        *(bindparam(nom, type_=Text) == demandes[nom] for nom in sorted(presents & {*demandes}))
    )


def en_cours(presents: frozenset[str] = frozenset()) -> FromClause:
    """Les mesures en cours, par indicateur et organisme, et de tous s'il n'en est nommé aucun.

    En retard, celle dont l'échéance est d'avant `aujourdhui` : une suspendue n'en a pas.
    """
    m = mesures.c
    tard = m.echeance < bindparam("aujourdhui", type_=Date)
    approche = m.a_risque_le <= bindparam("aujourdhui", type_=Date)
    verdict = case((tard, EN_RETARD), (approche, A_RISQUE), else_=Verdict.EN_COURS.value)
    c = (
        select(m.indicateur, m.organisme, verdict.label("verdict"))
        .where(
            m.verdict == Verdict.EN_COURS.value,
            *_demandes(m, presents & {"indicateur", "organisme"}),
        )
        .subquery("une")
        .c
    )
    groupes = [tuple_(c.indicateur, c.organisme, c.verdict)]
    if "organisme" not in presents:
        groupes.append(tuple_(c.indicateur, c.verdict))
    return (
        select(
            c.indicateur,
            func.coalesce(c.organisme, "").label("organisme"),
            c.verdict,
            func.count().label("nombre"),
        )
        .group_by(func.grouping_sets(*groupes))
        .subquery("courantes")
    )


def _attendus(presents: frozenset[str]) -> Select[Any]:
    """Une ligne vide de chaque indicateur attendu, dans la portée demandée."""
    noms = ("indicateur", "exercice", "periode", "unite")
    c = (
        func.unnest(*(bindparam(nom, type_=ARRAY(Text)) for nom in _ATTENDUS))
        .table_valued(*noms, name="attendus")
        .render_derived()
        .c
    )
    demande = bindparam("organisme", type_=Text) if "organisme" in presents else literal("")
    return select(*_dits(**{nom: c[nom] for nom in noms}, organisme=demande, attendu=true()))


def _completer(page: FromClause) -> Select[Any]:
    """Ce que la fermeture dit d'une page de taux."""
    p, f, t = page.c, fermetures.c, taux_fermes.c
    siens = and_(*(t[nom] == p[nom] for nom in ("periode", "indicateur", "organisme")))
    return select(
        page,
        f.fermee_le,
        t.libelle,
        func.trim_scale(t.cible, type_=Numeric).label("promise"),
        t.empreinte,
        _corrigees(p).label("corrections"),
        _reserves(p).label("reserves"),
    ).select_from(page.outerjoin(fermetures, f.periode == p.periode).outerjoin(taux_fermes, siens))


def _reserves(p: Any) -> ColumnElement[Any]:  # noqa: ANN401
    """Les fermetures motivées du mois, ou de ceux de l'exercice."""
    f = fermetures.alias("reserves").c
    reserve = func.jsonb_build_object(
        *("periode", f.periode, "motif", f.motif, "manquants", f.manquants)
    )
    return (
        select(func.jsonb_agg(reserve, type_=JSONB))
        .where(
            f.motif.is_not(None),
            f.exercice == p.exercice,
            or_(p.periode == "", f.periode == p.periode),
        )
        .scalar_subquery()
    )


def _corrigees(p: Any) -> ColumnElement[int]:  # noqa: ANN401
    """Combien de corrections ont touché ce taux."""
    c = corrections.c
    return (
        select(func.count())
        .select_from(corrections)
        .where(
            c.indicateur == p.indicateur,
            c.exercice == p.exercice,
            or_(p.periode == "", c.periode == p.periode),
            or_(p.organisme == "", c.organisme == p.organisme),
        )
        .scalar_subquery()
    )


_PREMIER = (
    select(comptes.c.periode)
    .where(comptes.c.organisme == bindparam("organisme", type_=Text), comptes.c.nombre > 0)
    .order_by(comptes.c.periode)
    .limit(1)
)
# Trié, pour que l'index de l'organisme serve, si nombreuses que soient ses mesures.
_CONNU = (
    select(mesures.c.id)
    .where(mesures.c.organisme == bindparam("organisme", type_=Text))
    .order_by(mesures.c.id)
    .limit(1)
)


ORGANISMES = select(mesures.c.organisme).distinct().order_by(mesures.c.organisme)
"""Ceux dont quelque chose se mesure."""


async def premier_mois(connexion: Connexion, organisme: str | None) -> str | None:
    """La première période qui a une mesure, de cet organisme ou de tous."""
    premier: str | None = await connexion.valeur(_PREMIER, {"organisme": organisme or ""})
    return premier


async def est_connu(connexion: Connexion, organisme: str) -> bool:
    """Vrai si quelque chose se mesure de cet organisme."""
    return await connexion.ligne(_CONNU, {"organisme": organisme}) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreFermetures:
    """Ce qu'on demande aux périodes fermées."""

    exercice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreCorrections:
    """Ce qu'on demande aux corrections."""

    indicateur: str | None = None
    organisme: str | None = None
    periode: str | None = None
    exercice: str | None = None
    cause: str | None = None
    mesure: UUID | None = None


FERMETURES = VueListe(
    requete=select(fermetures), filtre=FiltreFermetures, cles=(fermetures.c.periode,)
)
FERMETURE = VueObjet(select(fermetures), fermetures.c.periode, "Cette période n'est pas fermée.")
CORRECTIONS = VueListe(
    requete=select(corrections),
    filtre=FiltreCorrections,
    cles=tuple(corrections.c[nom] for nom in ("periode", "mesure_id", "organisme", "rang")),
    conditions={"mesure": corrections.c.mesure_id == bindparam("mesure", type_=Uuid)},
)
"""Ce qui a changé des périodes fermées, par période (SLA-7)."""

MARQUEES = select(a_corriger.c.mesure_id, a_corriger.c.organisme).limit(bindparam("limite"))


async def corrections_restantes(connexion: Connexion) -> bool:
    """Vrai s'il reste des mesures récrites à revoir."""
    return await connexion.ligne(MARQUEES, {"limite": 1}) is not None

"""Les lectures des taux (SLA-4), des périodes fermées et de leurs corrections."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
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
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from sla.disponibilites.adaptateurs.tables import inscriptions, minutes
from sla.mesures.adaptateurs.tables import comptes, mesures
from sla.mesures.domaine.verdict import JUGES, Verdict
from sla.taux.adaptateurs.sources import vues as sources
from sla.taux.adaptateurs.sources.vues import A_RISQUE, ATTENDUS, CLES, COURENT, EN_RETARD
from sla.taux.adaptateurs.tables import (
    a_corriger,
    comptes_fermes,
    corrections,
    fermetures,
    fiches_fermees,
    taux_fermes,
)
from sla.taux.domaine.attendus import MESURES
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes
from socle.bd.instructions import parmi
from socle.bd.vues import VueListe, VueObjet


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


_AUCUN_MOIS = literal([], ARRAY(Text))


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
        parametres=frozenset({*CLES, *ATTENDUS, "aujourdhui", "ce_mois", "cet_exercice"}),
        completer=_completer if _par_mois(presents) else _completer_exercice,
    )


def _par_mois(presents: frozenset[str]) -> bool:
    """Faux si des exercices se comptent d'un bloc."""
    return "periode" in presents or "exercice" not in presents


def _lignes(presents: frozenset[str]) -> Select[Any]:
    """Un taux par clé : publié, et tel qu'il serait maintenant."""
    par_mois = _par_mois(presents)
    de = (sources.tenus, sources.de_minutes, sources.fermes, sources.courants)
    comptees = (source(presents, par_mois=par_mois) for source in de)
    c = union_all(*comptees, sources.attendus(presents)).subquery("sources").c
    jugee = parmi(c.verdict, sorted(JUGES))
    return (
        select(
            *(c[nom] for nom in CLES),
            func.max(c.unite).label("unite"),
            _nombre(c, c.publie, parmi(c.verdict, COURENT)).label("en_cours"),
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


def _completer(page: FromClause) -> Select[Any]:
    """Ce que la fermeture dit d'une page de taux."""
    return _completee(page, *(_AUCUN_MOIS.label(nom) for nom in ("mois_fermes", "mois_ouverts")))


def _completer_exercice(page: FromClause) -> Select[Any]:
    """Les mois qu'additionne chaque taux d'une page : fermés, et qui ne le sont pas (SLA-7)."""
    f, c, m = comptes_fermes.c, comptes.c, minutes.c

    def siens(t: Any, *qui: ColumnElement[bool]) -> Select[Any]:  # noqa: ANN401
        celui = (t[nom] == page.c[nom] for nom in ("indicateur", "exercice", "organisme"))
        return select(t.periode).where(*celui, *qui).correlate(page)

    def tous(periodes: Any, nom: str) -> ColumnElement[Any]:  # noqa: ANN401
        mois = func.array_agg(periodes.c.periode.distinct(), type_=ARRAY(Text))
        return func.coalesce(select(mois).scalar_subquery(), _AUCUN_MOIS).label(nom)

    fermees = select(fermetures.c.periode)
    juges = sorted(JUGES)
    fermes = siens(f, parmi(f.verdict, juges), f.nombre > 0).subquery("fermes")
    ouverts = union(
        siens(c, parmi(c.verdict, juges), c.nombre > 0, c.periode.not_in(fermees)),
        siens(m, m.service > 0, m.periode.not_in(fermees)),
    ).subquery("ouverts")
    return _completee(page, tous(fermes, "mois_fermes"), tous(ouverts, "mois_ouverts"))


def _completee(page: FromClause, *mois: ColumnElement[Any]) -> Select[Any]:
    p, f, t, lues = page.c, fermetures.c, taux_fermes.c, fiches_fermees.c
    siens = and_(*(t[nom] == p[nom] for nom in ("periode", "indicateur", "organisme")))
    siennes = and_(*(lues[nom] == p[nom] for nom in ("periode", "organisme")))
    figee = func.coalesce(lues.cibles.has_key(p.indicateur), false())
    promise = case((figee, cast(lues.cibles[p.indicateur].astext, Numeric)), else_=t.cible)
    return select(
        page,
        f.fermee_le,
        t.libelle,
        func.trim_scale(promise, type_=Numeric).label("promise"),
        or_(figee, t.periode.is_not(None)).label("promise_figee"),
        t.empreinte,
        _corrigees(p).label("corrections"),
        _reserves(p).label("reserves"),
        *mois,
    ).select_from(
        page.outerjoin(fermetures, f.periode == p.periode)
        .outerjoin(taux_fermes, siens)
        .outerjoin(fiches_fermees, siennes)
    )


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
    """Combien de corrections ont touché ce taux; de tous, chacune sous son organisme."""
    c = corrections.c
    return (
        select(func.count())
        .select_from(corrections)
        .where(
            c.indicateur == p.indicateur,
            c.exercice == p.exercice,
            or_(p.periode == "", c.periode == p.periode),
            or_(p.organisme == "", c.organisme == p.organisme),
            # La disponibilité de tous a sa ligne, qui suit de celles des organismes.
            c.organisme != "",
        )
        .scalar_subquery()
    )


_ORGANISME = bindparam("organisme", type_=Text)
_PREMIER = select(
    func.least(
        select(comptes.c.periode)
        .where(comptes.c.organisme == _ORGANISME, comptes.c.nombre > 0)
        .order_by(comptes.c.periode)
        .limit(1)
        .scalar_subquery(),
        select(func.min(minutes.c.periode))
        .where(minutes.c.organisme == _ORGANISME)
        .scalar_subquery(),
    )
)
# Trié, pour que l'index de l'organisme serve, si nombreuses que soient ses mesures.
_CONNU = (
    select(mesures.c.id).where(mesures.c.organisme == _ORGANISME).order_by(mesures.c.id).limit(1)
)
_INSCRIT = select(inscriptions.c.organisme).where(inscriptions.c.organisme == _ORGANISME)


_SUIVIS = union(select(mesures.c.organisme), select(inscriptions.c.organisme)).subquery("suivis")
ORGANISMES = select(_SUIVIS.c.organisme).order_by(_SUIVIS.c.organisme)
"""Ceux qui sont inscrits, ou dont quelque chose se mesure."""


async def premier_mois(connexion: Connexion, organisme: str | None) -> str | None:
    """La première période qui a une mesure, de cet organisme ou de tous."""
    premier: str | None = await connexion.valeur(_PREMIER, {"organisme": organisme or ""})
    return premier


async def est_connu(connexion: Connexion, organisme: str) -> bool:
    """Vrai d'un client, ou de qui quelque chose se mesure."""
    valeurs = {"organisme": organisme}
    inscrit = await connexion.ligne(_INSCRIT, valeurs)
    return (inscrit or await connexion.ligne(_CONNU, valeurs)) is not None


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

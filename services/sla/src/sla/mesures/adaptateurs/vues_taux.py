"""La lecture des taux (SLA-4) : brut et ajusté, par indicateur, exercice, période, organisme."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import CTE, Numeric, Select, Text, bindparam, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from sla.mesures.adaptateurs.tables import mesures
from sla.mesures.domaine.verdict import JUGES, Verdict
from socle.bd.conversion import colonnes
from socle.bd.instructions import parmi
from socle.bd.vues import VueListe

_CLES = ("indicateur", "exercice", "periode", "organisme")


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreTaux:
    """Ce qu'on demande aux taux.

    `organisme` absent : chacun, et tous ensemble (organisme « »). Un exercice sans période se
    compte d'un bloc (période « »); une période demandée nomme aussi son exercice. Un exercice
    demandé a une ligne par indicateur attendu, même si rien n'y est à mesurer.
    """

    indicateur: str | None = None
    organisme: str | None = None
    periode: str | None = None
    exercice: str | None = None
    attendus: Sequence[str] = ()


def taux(filtre: FiltreTaux) -> VueListe[FiltreTaux]:
    """La vue des taux pour ce jeu de filtres; chaque jeu se bâtit une fois."""
    presents = {nom for nom, valeur in colonnes(filtre).items() if valeur is not None}
    return _vue(frozenset(presents.intersection(_CLES)))


@cache
def _vue(presents: frozenset[str]) -> VueListe[FiltreTaux]:
    comptes = _comptes(presents)
    sans_objet = (_sans_objet(comptes, presents),) if "exercice" in presents else ()
    lignes = select(comptes).union_all(*sans_objet).subquery("lignes")
    return VueListe(
        requete=select(lignes),
        filtre=FiltreTaux,
        cles=tuple(lignes.c[nom] for nom in _CLES),
        parametres=frozenset({*_CLES, "attendus"}),
    )


def _comptes(presents: frozenset[str]) -> CTE:
    """Les mesures jugées, comptées; sans organisme demandé, tous ensemble aussi."""
    m = mesures.c
    par_mois = "periode" in presents or "exercice" not in presents
    demandees = (m[nom] == bindparam(nom) for nom in sorted(presents))
    jugees = (
        select(mesures, (m.periode if par_mois else literal("")).label("tranche"))
        .where(parmi(m.verdict, sorted(JUGES)), *demandees)
        .subquery("jugees")
        .c
    )
    conforme = jugees.verdict == Verdict.CONFORME.value
    communes = (jugees.indicateur, jugees.exercice, jugees.tranche)
    chacun = tuple_(*communes, jugees.organisme)
    ensembles = (chacun,) if "organisme" in presents else (chacun, tuple_(*communes))
    return (
        select(
            jugees.indicateur,
            jugees.exercice,
            jugees.tranche.label("periode"),
            func.coalesce(jugees.organisme, "").label("organisme"),
            func.trim_scale(func.max(jugees.cible), type_=Numeric).label("cible"),
            func.count().label("mesurees"),
            func.count().filter(conforme).label("conformes"),
            func.count().filter(~jugees.exclue).label("mesurees_ajuste"),
            func.count().filter(conforme, ~jugees.exclue).label("conformes_ajuste"),
            func.count().filter(jugees.signalee).label("signalees"),
        )
        .group_by(func.grouping_sets(*ensembles))
        .cte("comptes")
    )


def _sans_objet(comptes: CTE, presents: frozenset[str]) -> Select[Any]:
    """Une ligne vide pour chaque indicateur attendu qui n'a pas de compte."""
    demandes = {
        nom: bindparam(nom, type_=Text) if nom in presents else literal("") for nom in _CLES[1:]
    }
    code = func.unnest(bindparam("attendus", type_=ARRAY(Text))).column_valued("attendu")
    deja = select(comptes.c.indicateur).where(comptes.c.organisme == demandes["organisme"])
    zeros = (literal(0) for _ in range(5))
    return select(code, *demandes.values(), literal(None, Numeric), *zeros).where(code.not_in(deja))

"""La lecture des taux (SLA-4) : brut et ajusté, par indicateur, exercice, période, organisme."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Numeric,
    Select,
    Text,
    bindparam,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sla.mesures.adaptateurs.tables import comptes
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
    jugees = _comptes(presents)
    sans_objet = (_sans_objet(jugees, presents),) if "exercice" in presents else ()
    lignes = select(jugees).union_all(*sans_objet).subquery("lignes")
    return VueListe(
        requete=select(lignes),
        filtre=FiltreTaux,
        cles=tuple(lignes.c[nom] for nom in _CLES),
        parametres=frozenset({*_CLES, "attendus"}),
    )


def _comptes(presents: frozenset[str]) -> CTE:
    """Les mesures jugées, par mois ou d'un bloc; sans organisme demandé, tous ensemble aussi."""
    c = comptes.c
    par_mois = "periode" in presents or "exercice" not in presents
    conforme = c.verdict == Verdict.CONFORME.value
    communes = (c.indicateur, c.exercice, *((c.periode,) if par_mois else ()), c.organisme)
    return (
        select(
            c.indicateur,
            c.exercice,
            (c.periode if par_mois else literal("")).label("periode"),
            c.organisme,
            func.trim_scale(func.max(c.cible), type_=Numeric).label("cible"),
            _nombre().label("mesurees"),
            _nombre(conforme).label("conformes"),
            _nombre(~c.exclue).label("mesurees_ajuste"),
            _nombre(conforme, ~c.exclue).label("conformes_ajuste"),
            _nombre(c.signalee).label("signalees"),
        )
        .where(
            parmi(c.verdict, sorted(JUGES)),
            c.nombre > 0,
            *(c[nom] == bindparam(nom) for nom in sorted(presents)),
        )
        .group_by(*communes)
        .cte("jugees")
    )


def _nombre(*qui: ColumnElement[bool]) -> ColumnElement[int]:
    """Combien de mesures, de celles qui répondent à ces conditions."""
    somme = func.sum(comptes.c.nombre)
    return func.coalesce(somme.filter(*qui) if qui else somme, 0)


def _sans_objet(jugees: CTE, presents: frozenset[str]) -> Select[Any]:
    """Une ligne vide pour chaque indicateur attendu qui n'a pas de compte."""
    demandes = {
        nom: bindparam(nom, type_=Text) if nom in presents else literal("") for nom in _CLES[1:]
    }
    code = func.unnest(bindparam("attendus", type_=ARRAY(Text))).column_valued("attendu")
    deja = select(jugees.c.indicateur).where(jugees.c.organisme == demandes["organisme"])
    zeros = (literal(0) for _ in range(5))
    return select(code, *demandes.values(), literal(None, Numeric), *zeros).where(code.not_in(deja))

"""Les comptes dont un taux est fait : ceux qu'on tient, ceux qu'on a figés, ce qui court, le vide.

Chaque source d'un taux (SLA-4) dit les mêmes colonnes, des mêmes types.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Select,
    Text,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    lateral,
    literal,
    select,
    true,
    tuple_,
    values,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sla.disponibilites.adaptateurs.tables import minutes
from sla.mesures.adaptateurs.tables import comptes, mesures
from sla.mesures.domaine.verdict import JUGES, Verdict
from sla.taux.adaptateurs.tables import comptes_fermes, fermetures
from sla.taux.domaine.attendus import ANCIENNE, MESURES, SECONDES
from socle.bd.instructions import parmi

CLES = ("indicateur", "exercice", "periode", "organisme")
A_RISQUE, EN_RETARD = "a_risque", "en_retard"
"""D'une mesure en cours comptée : son échéance approche, ou est passée (SLA-6)."""
ATTENDU = "attendu"
"""D'un compte figé : aucune mesure, mais le taux se publie, vide."""
COURENT = (Verdict.EN_COURS.value, A_RISQUE, EN_RETARD)


ATTENDUS = ("codes", "exercices", "periodes", "unites")
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


def tenus(presents: frozenset[str], par_mois: bool) -> Select[Any]:
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


def fermes(presents: frozenset[str], par_mois: bool) -> Select[Any]:
    """Les comptes d'une fermeture. Ce qui courait alors ne s'additionne pas d'un mois à l'autre."""
    c = comptes_fermes.c
    juges = () if par_mois else (parmi(c.verdict, [*sorted(JUGES), ATTENDU]),)
    return select(
        *_dits(
            **{nom: c[nom] for nom in _NOMS if nom in c and nom not in {"periode", "unite"}},
            periode=_periode(c, par_mois=par_mois),
            unite=case((c.unite == ANCIENNE, SECONDES), else_=c.unite),
            actuel=false(),
            attendu=true(),
        )
    ).where(*juges, *_demandes(c, presents))


def courants(presents: frozenset[str], par_mois: bool) -> Select[Any]:
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


def attendus(presents: frozenset[str]) -> Select[Any]:
    """Une ligne vide de chaque indicateur attendu, dans la portée demandée."""
    noms = ("indicateur", "exercice", "periode", "unite")
    c = (
        func.unnest(*(bindparam(nom, type_=ARRAY(Text)) for nom in ATTENDUS))
        .table_valued(*noms, name="attendus")
        .render_derived()
        .c
    )
    demande = bindparam("organisme", type_=Text) if "organisme" in presents else literal("")
    return select(*_dits(**{nom: c[nom] for nom in noms}, organisme=demande, attendu=true()))


def de_minutes(presents: frozenset[str], *, par_mois: bool) -> Select[Any]:
    """Le temps de service d'une disponibilité, comme des comptes : rendu, conforme; sinon, manqué.

    Ce qui est hors du temps ajusté (condition d) est exclu (SLA-5).
    """
    c = minutes.c
    ferme = c.periode.in_(select(fermetures.c.periode))
    manque = case((c.cible.is_(None), Verdict.DEPASSEE.value), else_=Verdict.MANQUEE.value)
    rendu, rendu_ajuste = c.service - c.panne, c.service_ajuste - c.panne_ajuste
    part = lateral(
        values(
            column("verdict", Text), column("exclue", Boolean), column("nombre", BigInteger),
            name="parts",
        ).data(
            [
                (Verdict.CONFORME.value, False, rendu_ajuste),
                (manque, False, c.panne_ajuste),
                (Verdict.CONFORME.value, True, rendu - rendu_ajuste),
                (manque, True, c.panne - c.panne_ajuste),
            ]
        )
    )  # fmt: skip
    return (
        select(
            *_dits(
                **{nom: c[nom] for nom in ("indicateur", "exercice", "organisme", "cible")},
                **{nom: part.c[nom] for nom in ("verdict", "exclue", "nombre")},
                periode=_periode(c, par_mois=par_mois),
                unite=literal(SECONDES),
                publie=~ferme,
                attendu=true(),
            )
        )
        .select_from(minutes.join(part, true()))
        .where(*_demandes(c, presents))
    )

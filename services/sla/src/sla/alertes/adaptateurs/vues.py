"""Ce qui se lit des alertes : celles qui sont dites, celles qui sont à dire (SLA-6)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    all_,
    and_,
    bindparam,
    exists,
    literal,
    not_,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from sla.alertes.adaptateurs.tables import alertes
from sla.alertes.domaine import Nature
from sla.base import INSTANT
from sla.mesures.adaptateurs.tables import mesures, sujets
from sla.mesures.domaine.verdict import Verdict
from socle.bd.instructions import parmi
from socle.bd.vues import VueListe

_m, _a = mesures.c, alertes.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAlertes:
    """Ce qu'on demande aux alertes; `sujet` est l'identifiant du sujet."""

    organisme: str | None = None
    indicateur: str | None = None
    nature: str | None = None
    mesure: UUID | None = None
    sujet: str | None = None


def _avec_la_mesure(page: FromClause) -> Select[Any]:
    """Chaque alerte et ce que sa mesure, si elle existe encore, dit maintenant."""
    sienne = and_(_m.id == page.c.mesure_id, _m.organisme == page.c.organisme)
    return select(page, _m.verdict, _m.echeance.label("echeance_actuelle")).select_from(
        page.outerjoin(mesures, sienne)
    )


ALERTES = VueListe(
    requete=select(alertes),
    filtre=FiltreAlertes,
    cles=(_a.annoncee_le, _a.id),
    decroissant=True,
    conditions={
        "mesure": _a.mesure_id == bindparam("mesure", type_=Uuid),
        "sujet": _a.sujet_id == bindparam("sujet", type_=Text),
    },
    completer=_avec_la_mesure,
)
"""Les alertes dites, la dernière d'abord."""

_JOUR = bindparam("jour", type_=Date)
_DEPUIS = bindparam("finies_depuis", type_=INSTANT)
_A_REJOUER = exists().where(
    sujets.c.sorte == _m.sujet,
    sujets.c.id == _m.sujet_id,
    sujets.c.organisme == _m.organisme,
    sujets.c.a_rejouer,
)
_AUCUNE_DATE, _AUCUN_ACTE = null().cast(Date), null().cast(Uuid)


def _dues(
    nature: Nature,
    echeance: ColumnElement[Any],
    reprise: ColumnElement[Any],
    *si: ColumnElement[bool],
    deja: ColumnElement[bool],
) -> Select[Any]:
    """Les mesures dont cette alerte est à dire; `deja` reconnaît celle qui l'aurait dite."""
    dite = exists().where(
        _a.mesure_id == _m.id, _a.organisme == _m.organisme, _a.nature == nature.value, deja
    )
    return select(
        literal(nature.value, Text).label("nature"),
        _m.id.label("mesure_id"),
        *(_m[nom] for nom in ("organisme", "sujet", "sujet_id", "numero", "indicateur")),
        *(_m[nom] for nom in ("fiche", "fiche_version", "exclue")),
        echeance.label("echeance"),
        reprise.label("reprise"),
    ).where(
        *si, parmi(_m.heures, "heures"), parmi(_m.sujet, "sortes"), not_(_A_REJOUER), not_(dite)
    )


_A_DIRE = union_all(
    _dues(
        Nature.A_RISQUE, _m.echeance, _m.reprise,
        _m.a_risque_le <= _JOUR, _m.echeance >= _JOUR,
        deja=and_(_a.echeance == _m.echeance, _a.reprise == _m.reprise),
    ),
    _dues(
        Nature.MANQUEE, _m.echeance, _AUCUN_ACTE,
        _m.echeance < _JOUR, _m.cible.is_not(None),
        deja=or_(_a.echeance == _m.echeance, _a.echeance.is_(None)),
    ),
    _dues(
        Nature.MANQUEE, _AUCUNE_DATE, _AUCUN_ACTE,
        _m.verdict == Verdict.MANQUEE.value, _m.fin >= _DEPUIS,
        deja=true(),
    ),
).subquery("a_dire")  # fmt: skip
"""À risque; son échéance passée; finie manquée avant qu'on l'ait dit."""
A_DIRE = (
    select(_A_DIRE)
    .where(_A_DIRE.c.mesure_id != all_(bindparam("sauf", type_=ARRAY(Uuid))))
    .limit(bindparam("limite", type_=Integer))
)
A_DIRE_DE = select(_A_DIRE).where(_A_DIRE.c.mesure_id == bindparam("mesure", type_=Uuid))

"""Les lectures des fiches : une requête par écran."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, bindparam, exists, func, select, true
from sqlalchemy.dialects.postgresql import JSONB

from sla.fiches.adaptateurs.tables import calendriers, fiches, retraits
from socle.bd.chronologie import en_vigueur
from socle.bd.vues import SansFiltre, VueListe


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreIndicateurs:
    """Le jour dont on lit les indicateurs."""

    le: date | None = None


# La règle des retraits de `noyau.Chronologie`.
_RETIREE = exists().where(
    retraits.c.code == fiches.c.code,
    retraits.c.debut == fiches.c.debut,
    retraits.c.version >= fiches.c.version,
)
_VALABLES = select(fiches).where(~_RETIREE).subquery("valables")
_CODES = select(fiches.c.code).distinct().subquery("codes")
_FICHE = en_vigueur(
    _VALABLES, bindparam("le", type_=Date), _VALABLES.c.code == _CODES.c.code
).lateral("fiche")
_INDICATEUR = func.jsonb_array_elements(_FICHE.c.indicateurs, type_=JSONB).column_valued(
    "indicateur", joins_implicitly=True
)
_INDICATEURS = select(
    _INDICATEUR["code"].astext.label("code"),
    _FICHE.c.code.label("fiche"),
    _FICHE.c.version.label("fiche_version"),
    _INDICATEUR.label("document"),
).select_from(_CODES.join(_FICHE, true()))

INDICATEURS = VueListe(
    requete=_INDICATEURS,
    filtre=FiltreIndicateurs,
    cles=(_INDICATEURS.selected_columns.code, _INDICATEURS.selected_columns.fiche),
    parametres=frozenset({"le"}),
)
"""Les indicateurs des fiches en vigueur un jour donné (SLA-3, CAT-5)."""

CALENDRIERS = VueListe(
    requete=select(calendriers),
    filtre=SansFiltre,
    cles=(calendriers.c.en_vigueur_depuis, calendriers.c.version),
)
"""Les versions du calendrier reçues, de la plus ancienne à la plus récente (SLA-1)."""

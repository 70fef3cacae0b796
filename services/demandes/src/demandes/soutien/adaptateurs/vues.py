"""Ce qu'on lit du soutien étendu."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select

from contrats.base import CodeOrganisme
from demandes.base import INSTANT
from demandes.soutien.adaptateurs.tables import interventions
from socle.bd.connexion import Connexion
from socle.bd.vues import Vue, VueListe
from socle.surveillance.jauges import Jauge


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreInterventions:
    """Ce qu'on demande des interventions."""

    organisme: CodeOrganisme | None = None
    incident_id: UUID | None = None


INTERVENTIONS = VueListe(
    requete=select(interventions),
    filtre=FiltreInterventions,
    cles=(interventions.c.organisme, interventions.c.id),
)

_i = interventions.c
_OUVERTS = (
    select(_i.incident_id)
    .where(_i.survenu_le.is_not(None))
    .group_by(_i.incident_id)
    .having(~func.bool_or(_i.cloture))
)
OUVERTS = _OUVERTS.having(
    func.max(_i.debut) < bindparam("avant", type_=INSTANT), func.bool_or(_i.signale_le.is_(None))
)
"""Les incidents restés ouverts depuis avant un instant, et pas encore signalés (FAC-4)."""
_COMBIEN = select(func.count()).select_from(_OUVERTS.subquery())


def des_incidents_durent(avant: datetime) -> Vue[bool]:
    """Vrai si un incident ouvert depuis avant cet instant n'a pas encore été signalé."""

    async def vue(connexion: Connexion) -> bool:
        return await connexion.ligne(OUVERTS.limit(1), {"avant": avant}) is not None

    return vue


async def _ouverts(connexion: Connexion) -> int:
    return int(await connexion.valeur(_COMBIEN))


JAUGES = (
    Jauge(
        "sbg_demandes_incidents_ouverts",
        "Incidents de soutien étendu sans clôture : ils ne se facturent pas encore.",
        _ouverts,
    ),
)
"""Ce que l'exploitant surveille du soutien étendu (FAC-4)."""

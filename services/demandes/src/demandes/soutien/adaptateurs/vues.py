"""Ce qu'on lit du soutien étendu."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from contrats.base import CodeOrganisme
from demandes.soutien.adaptateurs.tables import abonnements_soutien, interventions
from socle.bd.vues import VueListe


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAbonnements:
    """Ce qu'on demande des abonnements."""

    organisme: CodeOrganisme | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreInterventions:
    """Ce qu'on demande des interventions."""

    organisme: CodeOrganisme | None = None
    incident_id: UUID | None = None


ABONNEMENTS = VueListe(
    requete=select(abonnements_soutien),
    filtre=FiltreAbonnements,
    cles=(abonnements_soutien.c.id,),
)
INTERVENTIONS = VueListe(
    requete=select(interventions),
    filtre=FiltreInterventions,
    cles=(interventions.c.organisme, interventions.c.id),
)

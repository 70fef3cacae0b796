"""Ce qu'on lit des abonnements sans actif."""

from dataclasses import dataclass

from sqlalchemy import select

from contrats.base import CodeOrganisme
from demandes.abonnements.adaptateurs.tables import abonnements
from demandes.demande.domaine.demande import Sorte
from socle.bd.vues import VueListe


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAbonnements:
    """Ce qu'on demande des abonnements."""

    organisme: CodeOrganisme | None = None
    service: Sorte | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreSoutien:
    """Ce qu'on demande des abonnements au soutien étendu."""

    organisme: CodeOrganisme | None = None


ABONNEMENTS = VueListe(
    requete=select(abonnements), filtre=FiltreAbonnements, cles=(abonnements.c.id,)
)
SOUTIEN = VueListe(
    requete=select(abonnements).where(abonnements.c.service == Sorte.SOUTIEN_ETENDU),
    filtre=FiltreSoutien,
    cles=(abonnements.c.id,),
)

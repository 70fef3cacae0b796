"""Les lectures : la liste des dossiers, leurs avis, et qui le décret oblige."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from contrats.base import CodeOrganisme
from courtier.dossiers.adaptateurs import tables as t
from socle.bd.vues import VueListe, VueObjet


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDossiers:
    """Les dossiers d'un organisme, dans un état, à une étape, avisés ou non, à réserves ou non."""

    organisme: CodeOrganisme | None = None
    etat: str | None = None
    etape: int | None = None
    avise: bool | None = None
    reserves: bool | None = None


DOSSIER = VueObjet(select(t.dossiers), t.dossiers.c.id, "Dossier introuvable.")
DOSSIERS = VueListe(requete=select(t.dossiers), filtre=FiltreDossiers, cles=(t.dossiers.c.id,))


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreAvis:
    """Les avis d'un dossier."""

    dossier_id: UUID


AVIS = VueListe(
    requete=select(t.avis),
    filtre=FiltreAvis,
    cles=(t.avis.c.le, t.avis.c.offre_id, t.avis.c.nature, t.avis.c.version),
    decroissant=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreDecret:
    """Ce qu'on a dit d'un organisme."""

    organisme: CodeOrganisme | None = None


DECRETS = VueListe(
    requete=select(t.decrets), filtre=FiltreDecret, cles=(t.decrets.c.organisme, t.decrets.c.rang)
)

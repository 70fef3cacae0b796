"""Un service mesuré, et le temps où un organisme en est client."""

from dataclasses import dataclass
from datetime import date, datetime

from calendrier import Plage
from noyau import Conflit, debut_du_jour
from sla.disponibilites.domaine.intervalles import Ensemble, bornes, moins, union


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Un service : son premier jour, et le premier où il n'est plus rendu (dates de Québec)."""

    code: str
    libelle: str
    debut: date
    fin: date | None = None
    version: int = 1

    def __post_init__(self) -> None:
        if self.fin is not None and self.fin < self.debut:
            raise Conflit(
                f"Le service « {self.code} » finirait le {self.fin}, avant d'être né.",
                regle="SLA-5",
            )

    def existe(self, limite: datetime) -> Ensemble:
        """Quand il est rendu, jusqu'à cette limite : de sa naissance à son retrait (SLA-5)."""
        fin = None if self.fin is None else debut_du_jour(self.fin)
        return bornes(debut_du_jour(self.debut), fin, limite)


@dataclass(frozen=True, slots=True)
class Clientele:
    """Quand un organisme est client : depuis son inscription, sauf ses temps d'inactivité."""

    organisme: str
    inscrit_le: date
    inactivites: tuple[tuple[datetime, datetime | None], ...] = ()

    def active(self, limite: datetime) -> Ensemble:
        """Les instants où il l'est, jusqu'à cette limite (DEM-14)."""
        absences = (Plage(debut, limite if fin is None else fin) for debut, fin in self.inactivites)
        return moins(bornes(debut_du_jour(self.inscrit_le), None, limite), union(absences))

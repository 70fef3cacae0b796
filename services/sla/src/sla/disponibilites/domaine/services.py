"""Un service mesuré, et le temps où un organisme en est client."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from calendrier import Plage, date_longue
from noyau import Conflit, debut_du_jour
from sla.disponibilites.domaine.indisponibilites import REGLE, Indisponibilite
from sla.disponibilites.domaine.intervalles import Ensemble, bornes, communs, moins, union


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
                f"Le service « {self.code} » finirait le {date_longue(self.fin)}, avant d'être né.",
                regle=REGLE,
            )

    def existe(self, limite: datetime) -> Ensemble:
        """Quand il est rendu, jusqu'à cette limite : de sa naissance à son retrait (SLA-5)."""
        fin = None if self.fin is None else debut_du_jour(self.fin)
        return bornes(debut_du_jour(self.debut), fin, limite)

    def changer(self, libelle: str, debut: date, fin: date | None) -> "Service":
        """Le même, sous ce libellé et ces dates; lève `Conflit` si rien n'en change."""
        neuf = replace(self, libelle=libelle, debut=debut, fin=fin)
        if neuf == self:
            raise Conflit("Ce changement ne change rien.", regle=REGLE)
        return replace(neuf, version=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActeService:
    """Ce qu'un acte a changé d'un service, et qui ne change plus : qui, quand, pourquoi."""

    avant: Service
    apres: Service
    motif: str
    auteur: str
    le: datetime

    @property
    def retire(self) -> Ensemble:
        """Le temps passé où le service était rendu, et ne l'est plus."""
        return moins(self.avant.existe(self.le), self.apres.existe(self.le))

    def exiger_sans_panne(self, touchees: Sequence[Indisponibilite]) -> None:
        """Lève `Conflit` si l'une d'elles compte, en tout ou en partie, au temps retiré.

        Ce qui fut constaté se corrige ou s'annule par son propre acte, jamais en faisant naître
        le service après, ou en le retirant avant.
        """
        for i in touchees:
            siens = i.service == self.avant.code and i.compte and not i.annulee
            if siens and communs(i.dure(self.le), self.retire):
                raise Conflit(
                    f"Ces dates ôteraient du temps de service la {i.en_clair} : corrigez-la ou"
                    " annulez-la d'abord.",
                    regle=REGLE,
                    details={"indisponibilite_id": str(i.id)},
                )


@dataclass(frozen=True, slots=True)
class Clientele:
    """Quand un organisme est client : depuis son inscription, sauf ses temps d'inactivité."""

    organisme: str
    depuis: datetime
    """L'instant de son inscription."""
    inactivites: tuple[tuple[datetime, datetime | None], ...] = ()

    def active(self, limite: datetime) -> Ensemble:
        """Les instants où il l'est, jusqu'à cette limite (DEM-14)."""
        absences = (Plage(debut, limite if fin is None else fin) for debut, fin in self.inactivites)
        return moins(bornes(self.depuis, None, limite), union(absences))

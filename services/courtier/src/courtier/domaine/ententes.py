"""L'entente-cadre, sous laquelle les contrats spécifiques se concluent (CI-11, CI-14)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from socle.noyau import Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class EntenteCadre:
    """L'accord du Courtier et d'un fournisseur, en vigueur sur [debut, fin), dates de Québec."""

    id: UUID
    numero: str
    fournisseur_id: UUID
    debut: date
    fin: date

    def __post_init__(self) -> None:
        if self.fin <= self.debut:
            raise Conflit("La fin d'une entente-cadre suit son début.", regle="CI-11")

    def en_vigueur(self, le: date) -> bool:
        return self.debut <= le < self.fin

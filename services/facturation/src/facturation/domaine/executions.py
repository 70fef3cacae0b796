"""L'exécution d'une période : un sort par organisme, l'un n'arrêtant jamais les autres (FAC-6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from socle.noyau import Conflit, Mois, Montant, debut_du_jour


class EtatSort(StrEnum):
    """Où en est un organisme dans une exécution."""

    A_FAIRE = "a_faire"
    EMISE = "emise"
    DEJA_EMISE = "deja_emise"
    SANS_LIGNE = "sans_ligne"
    EN_ATTENTE = "en_attente"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """Ce qu'une exécution a fait d'un organisme; en attente, la raison est dite."""

    organisme: str
    etat: EtatSort = EtatSort.A_FAIRE
    numero: str | None = None
    total: Montant | None = None
    raison: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """L'émission demandée d'une période, pour tous les organismes ou pour un seul."""

    id: UUID
    periode: Mois
    organisme: str | None
    demandee_le: datetime
    demandee_par: str
    sorts: tuple[Sort, ...]

    @property
    def terminee(self) -> bool:
        return all(sort.etat is not EtatSort.A_FAIRE for sort in self.sorts)


def exiger_commencee(periode: Mois, aujourdhui: date) -> None:
    """On ne calcule pas l'avenir; lève `Conflit`."""
    if periode.debut > aujourdhui:
        raise Conflit(f"La période {periode} n'est pas commencée.", regle="FAC-7")


def exiger_jalons(periode: Mois, jalons: Mapping[str, datetime | None]) -> None:
    """Une période ne s'émet qu'une fois tous ses faits reçus de chaque producteur (FAC-7).

    `jalons` : l'instant jusqu'où tout est reçu de chacun. Lève `Conflit`, qui dit qui manque.
    """
    fin = debut_du_jour(periode.fin)
    en_retard = {nom: jalon for nom, jalon in jalons.items() if jalon is None or jalon < fin}
    if en_retard:
        noms = ", ".join(sorted(en_retard))
        raise Conflit(
            f"La période {periode} ne peut pas encore s'émettre : des faits peuvent encore"
            f" venir de {noms}.",
            regle="FAC-7",
            details={
                "fin_de_la_periode": fin.isoformat(),
                "recu_jusqu_a": {n: j and j.isoformat() for n, j in sorted(en_retard.items())},
            },
        )

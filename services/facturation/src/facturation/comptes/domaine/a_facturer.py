"""Ce qui est dû d'une date et que nul document émis alors ne porte (FAC-7, FAC-17)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from noyau import ZERO, Mois, Montant


@dataclass(frozen=True, slots=True)
class LigneConnue:
    """Une ligne qu'un document porterait, ou plusieurs qu'il porte, de même tarif et origine."""

    tarif: str
    origine: Mois
    montant: Montant
    nombre: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAFacturer:
    """Ce qui est à facturer d'un tarif et de l'exercice d'où il vient, avant taxes."""

    tarif: str
    exercice: str
    lignes: int
    montant: Montant


@dataclass(frozen=True, slots=True, kw_only=True)
class AFacturer:
    """Ce qui est à facturer d'un organisme, à la fin d'une période.

    `attentes` : les lignes de ces périodes qui n'ont pas encore de montant. `raison` : pourquoi le
    calcul ne se fait pas; ce qui est à facturer n'est alors pas connu.
    """

    organisme: str
    periode: Mois
    parts: tuple[PartAFacturer, ...] = ()
    attentes: int = 0
    raison: str | None = None

    @property
    def montant(self) -> Montant:
        return sum((part.montant for part in self.parts), ZERO)


def rassembler(lignes: Iterable[LigneConnue], periode: Mois) -> Iterator[PartAFacturer]:
    """Les parts de ces lignes, par tarif et exercice d'origine, jusqu'à la période comprise."""
    par_part: defaultdict[tuple[str, str], list[LigneConnue]] = defaultdict(list)
    for ligne in lignes:
        if ligne.origine <= periode:
            par_part[ligne.tarif, ligne.origine.exercice].append(ligne)
    for (tarif, exercice), siennes in sorted(par_part.items()):
        yield PartAFacturer(
            tarif=tarif,
            exercice=exercice,
            lignes=sum(ligne.nombre for ligne in siennes),
            montant=sum((ligne.montant for ligne in siennes), ZERO),
        )

"""Ce dont un taux se dit même sans mesure : ce qu'une fiche en vigueur promettait (SLA-4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from noyau import Mois
from sla.fiches.domaine import Fiches, Indicateur

MESURES, SECONDES = "mesures", "secondes"
"""Ce qu'un taux compte : des mesures, ou un temps de service."""
ANCIENNE = "minutes"
"""Ce que disent, de ces mêmes secondes, des mois fermés et des rapports gardés d'avant."""


def lire_unite(gardee: str) -> str:
    """L'unité que dit ce qui fut gardé, sous son nom d'aujourd'hui."""
    return SECONDES if gardee == ANCIENNE else gardee


def unite_de(indicateur: Indicateur) -> str:
    """Ce que compte son taux."""
    return SECONDES if indicateur.en_minutes else MESURES


@dataclass(frozen=True, slots=True)
class Attendu:
    """Un indicateur mesuré un jour au moins d'un mois, ou d'un exercice (période « »)."""

    indicateur: Indicateur
    exercice: str
    periode: str

    @property
    def unite(self) -> str:
        """Ce que compte son taux."""
        return unite_de(self.indicateur)


@dataclass(frozen=True, slots=True)
class Etendue:
    """Les mois dont on dit les taux, du premier qui a une mesure à celui qui court, compris."""

    premier: Mois
    dernier: Mois

    @property
    def mois(self) -> Iterator[Mois]:
        mois = self.premier
        while mois <= self.dernier:
            yield mois
            mois = mois.suivant

    def par_mois(self, fiches: Fiches) -> Iterator[Attendu]:
        """Ceux de chaque mois."""
        for mois in self.mois:
            for indicateur in fiches.attendus(mois.debut, mois.fin):
                yield Attendu(indicateur, mois.exercice, str(mois))

    def par_exercice(self, fiches: Fiches) -> Iterator[Attendu]:
        """Ceux de chaque exercice, pour ce qu'il a de mois dans l'étendue."""
        bornes: dict[str, tuple[date, date]] = {}
        for mois in self.mois:
            debut, _ = bornes.get(mois.exercice, (mois.debut, mois.fin))
            bornes[mois.exercice] = (debut, mois.fin)
        for exercice, (debut, fin) in bornes.items():
            for indicateur in fiches.attendus(debut, fin):
                yield Attendu(indicateur, exercice, "")

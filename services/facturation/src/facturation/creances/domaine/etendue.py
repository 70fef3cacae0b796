"""Ce qu'une émission relit : ce qui a changé, et ce qui court (FAC-14)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from facturation.creances.domaine.calcul import calculer
from facturation.creances.domaine.creances import Calcul
from facturation.creances.domaine.faits import Source
from facturation.tarification.domaine.tarification import Tarification
from noyau import Mois


@dataclass(frozen=True, slots=True)
class Visees:
    """Les noms des sources d'une étendue, qui se relit par lots : un organisme en a des milliers.

    Une source ne doit rien d'une autre : par lots ou d'un coup, on en calcule la même chose.
    """

    touchees: tuple[str, ...]
    ouvertes: tuple[str, ...] = ()
    arrete: date = date.min

    @property
    def noms(self) -> tuple[str, ...]:
        return (*self.touchees, *self.ouvertes)

    def par_lots(self, taille: int) -> Iterator["Visees"]:
        """Les mêmes, `taille` sources à la fois au plus; sans source, un lot vide."""
        for rang in range(0, len(self.noms) or 1, taille):
            fin, avant = rang + taille, len(self.touchees)
            ouvertes = self.ouvertes[max(rang - avant, 0) : max(fin - avant, 0)]
            yield Visees(self.touchees[rang:fin], ouvertes, self.arrete)


@dataclass(frozen=True, slots=True)
class Etendue:
    """Les sources d'un organisme qui peuvent devoir autre chose que ce qui est facturé.

    `touchees` : celles dont un fait, ou ce qui les tarife, a changé depuis la dernière émission;
    elles se relisent en entier. `ouvertes` : celles qui ne doivent de neuf que les mois d'un
    abonnement qui court, à partir d'`arrete`, le premier jour qu'aucune émission n'a calculé.
    """

    touchees: tuple[Source, ...]
    ouvertes: tuple[Source, ...] = ()
    arrete: date = date.min

    @property
    def sources(self) -> tuple[Source, ...]:
        return (*self.touchees, *self.ouvertes)

    def calculer(self, t: Tarification, jusqua: Mois) -> Calcul:
        """Ce qu'elles doivent, sans ce que les ouvertes ont dû avant l'arrêté."""
        entier = calculer(self.touchees, t, jusqua)
        neuf = calculer(self.ouvertes, t, jusqua, depuis=self.arrete)
        creances, attentes = entier.creances + neuf.creances, entier.attentes + neuf.attentes
        return Calcul(creances, attentes)

    def a_suivre(self, calcul: Calcul, jusqua: Mois) -> frozenset[str]:
        """Les sources qui restent touchées : ce qui attend, ce qui dit un jour d'après la période.

        Elles peuvent devoir plus tard ce que rien de neuf n'annoncera. D'une période d'avant
        l'arrêté, toutes les touchées : leurs mois d'entre-deux ne se reliraient plus.
        """
        if jusqua.fin < self.arrete:
            return frozenset(source.nom for source in self.touchees)
        attendent = {attente.identite.source for attente in calcul.attentes}
        annoncent = {s.nom for s in self.sources if any(jusqua.fin <= f.jour for f in s.faits)}
        return frozenset(attendent | annoncent)

"""Les délais d'une contestation : des données datées, en jours civils de Québec (FAC-8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from noyau import Chronologie, Conflit


@dataclass(frozen=True, slots=True, kw_only=True)
class Delais:
    """Des nombres de jours civils."""

    contester: int
    """De l'émission d'un document au dernier jour où le contester sans motif d'admission."""
    decider: int
    """De l'ouverture à l'échéance de la décision."""
    rappel_decision: int
    """De combien un rappel précède l'échéance."""
    rappel_question: int
    """Combien une question attend avant un rappel."""

    def __post_init__(self) -> None:
        """Lève `ValueError` d'un réglage qui fermerait ou rappellerait à contretemps."""
        if min(self.contester, self.decider, self.rappel_question) < 1:
            raise ValueError("Un délai compte au moins un jour.")
        if not 0 <= self.rappel_decision <= self.decider:
            raise ValueError("Le rappel d'une décision vient entre l'ouverture et l'échéance.")

    def dernier_jour(self, emis_le: date) -> date:
        """Le dernier jour où contester à temps un document émis ce jour-là."""
        return emis_le + timedelta(days=self.contester)

    def echeance(self, depuis: date, attente: int) -> date:
        """Le dernier jour où décider à temps; `attente` : les jours passés à attendre réponse."""
        return depuis + timedelta(days=self.decider + attente)


@dataclass(frozen=True, slots=True)
class Calendrier:
    """Les délais de chaque jour. Se construit par `de`."""

    chronologie: Chronologie[Delais]

    @classmethod
    def de(cls, versions: Mapping[date, Delais]) -> "Calendrier":
        """Chaque version vaut de son jour au suivant."""
        return cls(Chronologie.par_jour(versions))

    def le(self, jour: date) -> Delais:
        """Les délais de ce jour; lève `Conflit` (FAC-8) si rien n'en est dit."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise Conflit(f"Aucun délai de contestation n'est connu le {jour}.", regle="FAC-8")
        return version.valeur

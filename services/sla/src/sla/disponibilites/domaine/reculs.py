"""Jusqu'où dans le passé une indisponibilité commence, quand on l'apprend : des données datées."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calendrier import date_longue, instant_long
from noyau import Chronologie, Conflit, jour_de_quebec
from sla.disponibilites.domaine.indisponibilites import REGLE, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Recul:
    """Des nombres de jours civils, de celui du début à celui où on l'apprend."""

    alarme: int
    constat: int
    """De ce que dit une personne : un constat, un signalement, une correction."""

    def __post_init__(self) -> None:
        """Lève `ValueError` d'un réglage qui ne laisserait rien dire d'hier."""
        if min(self.alarme, self.constat) < 1:
            raise ValueError("Un recul compte au moins un jour.")

    def exiger(
        self, debut: datetime, source: Source, le: datetime, connu: datetime | None = None
    ) -> None:
        """Lève `Conflit` si ce début, appris à `le`, est trop ancien.

        `connu` : celui qu'une correction remplace; sans le reculer, elle ne se refuse pas.
        """
        if connu is not None and debut >= connu:
            return
        jours = self.alarme if source is Source.ALARME else self.constat
        premier = jour_de_quebec(le) - timedelta(days=jours)
        if jour_de_quebec(debut) < premier:
            raise Conflit(
                f"Le début, le {instant_long(debut)}, est trop ancien : une indisponibilité se dit"
                f" dans les {jours} jours, donc depuis le {date_longue(premier)}.",
                regle=REGLE,
                details={"des_le": premier.isoformat()},
            )


@dataclass(frozen=True, slots=True)
class Reculs:
    """Ce qui vaut chaque jour. Se construit par `de`."""

    chronologie: Chronologie[Recul]

    @classmethod
    def de(cls, versions: Mapping[date, Recul]) -> "Reculs":
        """Chaque version vaut de son jour au suivant."""
        return cls(Chronologie.par_jour(versions))

    def le(self, jour: date) -> Recul:
        """Celui de ce jour; lève `Conflit` (SLA-5) si rien n'en est dit."""
        version = self.chronologie.en_vigueur(jour)
        if version is None:
            raise Conflit(
                f"Rien ne dit jusqu'où constater une indisponibilité le {date_longue(jour)}.",
                regle=REGLE,
            )
        return version.valeur

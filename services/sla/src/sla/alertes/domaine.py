"""Ce qui s'annonce d'une cible, et quand on peut le dire (SLA-6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from calendrier import Calendrier, GenrePlage
from noyau import Fait, debut_du_jour, jour_de_quebec
from sla.fiches.domaine import CALENDRIERS, CONTINU

_ESPACE: Final = UUID("0f4b6a2e-7c1d-5d0a-8f63-9be24a51c7d8")
RAPPEL: Final = timedelta(days=62)
"""Une mesure finie manquée depuis plus longtemps ne s'annonce plus : son taux le dit."""


class Nature(StrEnum):
    """Ce qu'une alerte dit d'une cible."""

    A_RISQUE = "a_risque"
    MANQUEE = "manquee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerte:
    """Ce qu'on dit une fois d'une mesure : une nature, une échéance, la reprise d'où elle court."""

    nature: Nature
    mesure_id: UUID
    organisme: str
    sujet: str
    """La sorte de sujet."""
    sujet_id: str
    numero: str | None
    indicateur: str
    fiche: str
    fiche_version: int
    exclue: bool
    """Vrai si la mesure était hors du taux ajusté quand on l'a dit."""
    echeance: date | None
    """Celle d'alors; None : la mesure a fini avant qu'on la dise manquée."""
    reprise: UUID | None
    """À risque : l'acte qui l'avait mise à la charge du MCN; une autre reprise, une autre alerte.

    None d'une cible manquée : reprise encore en retard, elle ne se redit pas.
    """

    @property
    def id(self) -> UUID:
        """La même alerte a la même identité, sur tout réplica et après une reconstruction."""
        cle = (self.mesure_id, self.nature, self.echeance, self.reprise)
        return uuid5(_ESPACE, "/".join(map(str, cle)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AlerteAnnoncee(Fait):
    """Une alerte vient d'être dite."""

    alerte: Alerte


@dataclass(frozen=True, slots=True)
class Moment:
    """Ce qui peut s'annoncer à un instant."""

    jour: date
    """Celui de Québec."""
    heures: tuple[str, ...]
    """Les heures de service ouvertes : nul n'est averti à minuit."""
    sortes: tuple[str, ...]
    """Les sortes de sujets dont tout ce qui fut enregistré avant ce jour est reçu."""
    finies_depuis: datetime
    """D'une mesure finie manquée sans qu'on l'ait dit : sa fin la plus ancienne."""

    @classmethod
    def de(
        cls, au: datetime, calendrier: Calendrier, recus: Mapping[str, datetime | None]
    ) -> "Moment":
        """Le moment à l'instant `au`; `recus` dit jusqu'où tout est reçu de chaque sorte.

        Un sujet dont on ignore la nuit, ou qu'une reconstruction refait, n'alarme personne.
        """
        jour = jour_de_quebec(au)
        matin = debut_du_jour(jour)
        return cls(
            jour,
            tuple(h for h in CALENDRIERS if _ouvert(h, au, calendrier)),
            tuple(s for s, jusqua in sorted(recus.items()) if jusqua and jusqua >= matin),
            matin - RAPPEL,
        )


def _ouvert(heures: str, au: datetime, calendrier: Calendrier) -> bool:
    """Vrai si ces heures de service sont ouvertes; hors des années du calendrier, rien ne l'est."""
    if not calendrier.couvre(au):
        return False
    return heures == CONTINU or calendrier.dans_plage(GenrePlage(heures), au)

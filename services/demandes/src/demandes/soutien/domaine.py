"""Le soutien étendu : les interventions, et l'abonnement qui les couvre (DEM-5)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from calendrier import Calendrier, GenrePlage
from demandes.abonnements.domaine import Abonnement
from demandes.demande.domaine.demande import Sorte
from noyau import (
    AVANCE_TOLEREE,
    Acte,
    Conflit,
    Fait,
    Pli,
    a_la_seconde,
    jour_de_quebec,
)

CLIENTELE_VIP: Final = frozenset(
    {
        "ministre",
        "sous_ministre",
        "sous_ministre_associe",
        "sous_ministre_adjoint",
        "president",
        "vice_president",
    }
)
"""Les fonctions qui ont droit au soutien étendu (DEM-5), par hypothèse; une de plus est une ligne.

La liste complète, « Clientèle VIP », n'est pas des sources.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """Du temps de soutien étendu sur un incident; celle qui clôt l'incident le dit (FAC-4)."""

    id: UUID
    organisme: str
    incident_id: UUID
    debut: datetime
    """L'instant retenu, à la seconde."""
    annonce_le: datetime
    """Le début annoncé."""
    minutes: int
    deplacement: bool
    cloture: bool
    fonction: str | None = None
    """Celle de la personne aidée; None : on ne la connaît pas."""
    enregistre_le: datetime

    @property
    def acte_id(self) -> UUID:
        return uuid5(self.incident_id, f"intervention {self.id}")

    @property
    def survenu_le(self) -> datetime:
        return self.debut

    @property
    def rang(self) -> int:
        return int(self.cloture)

    @property
    def nom(self) -> str:
        return "intervention"

    @property
    def dit(self) -> tuple[object, ...]:
        return (self.organisme, self.annonce_le, self.minutes, self.deplacement, self.cloture,
                self.fonction)  # fmt: skip

    @property
    def fin(self) -> datetime:
        return self.debut + timedelta(minutes=self.minutes)

    def redate(self, survenu_le: datetime) -> "Intervention":
        return replace(self, debut=survenu_le)

    def exiger_permise(
        self, abonnements: Iterable[Abonnement], calendrier: Calendrier, le: datetime
    ) -> None:
        """Lève `Conflit` (DEM-5) si elle n'est pas finie, sans abonnement, ou aux heures du CSC.

        De même si l'on connaît la fonction de la personne aidée, et qu'elle n'est pas VIP.
        """
        if self.fonction is not None and self.fonction not in CLIENTELE_VIP:
            raise Conflit(
                f"Le soutien étendu est réservé à la clientèle VIP, pas à « {self.fonction} ».",
                regle="DEM-5",
            )
        if self.fin > le + AVANCE_TOLEREE:
            raise Conflit("Une intervention s'inscrit une fois finie.", regle="DEM-5")
        jour = jour_de_quebec(self.debut)
        if not _couvert(jour, abonnements):
            raise Conflit(
                f"L'organisme {self.organisme} n'est pas abonné au soutien étendu le {jour}.",
                regle="DEM-5",
            )
        if calendrier.dans_plage(GenrePlage.CSC, self.debut):
            raise Conflit("Le soutien étendu se donne hors des heures du CSC.", regle="DEM-5")


def exiger_couvertes(instants: Iterable[datetime], abonnements: Iterable[Abonnement]) -> None:
    """Lève `Conflit` (DEM-5) si une intervention inscrite n'a plus d'abonnement ce jour-là."""
    connus = list(abonnements)
    for jour in sorted({jour_de_quebec(instant) for instant in instants}):
        if not _couvert(jour, connus):
            raise Conflit(
                f"Une intervention du {jour} n'aurait plus d'abonnement : rectifiez-la d'abord.",
                regle="DEM-5",
            )


def _couvert(jour: date, abonnements: Iterable[Abonnement]) -> bool:
    """Vrai si l'un d'eux, au soutien étendu, court ce jour-là."""
    return any(a.service is Sorte.SOUTIEN_ETENDU and a.couvre(jour) for a in abonnements)


@dataclass(frozen=True, slots=True, kw_only=True)
class InterventionAnnoncee:
    """Une intervention telle qu'on l'annonce."""

    id: UUID
    organisme: str
    incident_id: UUID
    debut: datetime
    minutes: int
    deplacement: bool
    cloture: bool
    fonction: str | None = None

    def intervention(self, acte: Acte) -> Intervention:
        """Une horloge qui avance est ramenée à la réception (DEM-12)."""
        annonce = a_la_seconde(self.debut)
        return Intervention(
            id=self.id,
            organisme=self.organisme,
            incident_id=self.incident_id,
            debut=min(annonce, a_la_seconde(acte.le)),
            annonce_le=annonce,
            minutes=self.minutes,
            deplacement=self.deplacement,
            cloture=self.cloture,
            fonction=self.fonction,
            enregistre_le=acte.le,
        )


def _suivre(clos: bool, inscrite: Intervention) -> bool:
    if clos:
        raise Conflit(f"L'incident {inscrite.incident_id} est clos.", regle="FAC-4")
    return inscrite.cloture


PLI: Final = Pli(_suivre, lambda clos: clos, lambda _: ())
"""Comment un incident se plie, ouvert ou clos : sa clôture est sa dernière intervention (FAC-4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InterventionEffectuee(Fait):
    """Une intervention de soutien étendu est inscrite."""

    intervention: Intervention


@dataclass(frozen=True, slots=True, kw_only=True)
class InterventionRectifiee(Fait):
    """Une intervention reçoit son heure juste, ou devient nulle (DEM-13)."""

    intervention: Intervention
    juste: datetime | None

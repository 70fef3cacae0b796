"""Le soutien étendu : abonnement de l'organisme et interventions (DEM-5)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from calendrier import Calendrier, GenrePlage
from demandes.demande.domaine.demande import Demande, Geste, Sorte
from demandes.demande.domaine.histoire import Dossier
from noyau import (
    AVANCE_TOLEREE,
    Acte,
    Conflit,
    Fait,
    Pli,
    a_la_seconde,
    jour_de_quebec,
)

SERVICE = Sorte.SOUTIEN_ETENDU.value
"""Le service que souscrit une demande de soutien étendu."""


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
class AbonnementSoutien:
    """L'abonnement d'un organisme au soutien étendu sur `[debut, fin)`, dates de Québec."""

    id: UUID
    organisme: str
    demande_id: UUID
    debut: date
    souscrit_le: datetime | None
    """L'instant de la complétion qui l'ouvre; None : elle n'a pas eu lieu (DEM-13)."""
    imputation: str | None = None
    """Celle de la demande (FAC-16)."""
    fin: date | None = None
    version: int = 1

    def couvre(self, jour: date) -> bool:
        court = self.souscrit_le is not None and self.debut <= jour
        return court and (self.fin is None or jour < self.fin)

    def redate(
        self, souscrit_le: datetime | None, existants: Iterable["AbonnementSoutien"]
    ) -> "AbonnementSoutien":
        """L'abonnement tel que la demande l'ouvre maintenant.

        Lève `Conflit` (DEM-5) si l'organisme en a alors un autre, ou s'il finissait déjà.
        """
        if souscrit_le is None:
            return replace(self, souscrit_le=None, version=self.version + 1)
        debut = jour_de_quebec(souscrit_le)
        autres = (a for a in existants if a.id != self.id and a.souscrit_le is not None)
        if any(a.fin is None or debut < a.fin for a in autres):
            raise Conflit(
                f"L'organisme {self.organisme} est déjà abonné au soutien étendu.", regle="DEM-5"
            )
        if self.fin is not None and debut >= self.fin:
            raise Conflit(f"Cet abonnement est résilié pour le {self.fin}.", regle="DEM-5")
        return replace(self, debut=debut, souscrit_le=souscrit_le, version=self.version + 1)

    def resilier(
        self, fin: date | None, acte: Acte
    ) -> "tuple[AbonnementSoutien, AbonnementResilie]":
        """Fin de l'abonnement, exclue, aujourd'hui ou plus tard; lève `Conflit` (DEM-5) sinon."""
        aujourdhui = jour_de_quebec(acte.le)
        if self.souscrit_le is None:
            raise Conflit("Cet abonnement n'a pas eu lieu.", regle="DEM-5")
        if self.fin is not None:
            raise Conflit(f"Cet abonnement est déjà résilié pour le {self.fin}.", regle="DEM-5")
        jour = fin or aujourdhui
        if jour < aujourdhui:
            raise Conflit("Une résiliation ne vaut pas pour le passé.", regle="DEM-5")
        resilie = replace(self, fin=jour, version=self.version + 1)
        return resilie, AbonnementResilie(abonnement=resilie, fin=jour, survenu_le=acte.le)


def abonnement_de(demande: Demande) -> AbonnementSoutien:
    """L'abonnement qu'une demande de soutien étendu peut ouvrir, un seul, avant qu'elle l'ouvre."""
    return AbonnementSoutien(
        id=uuid5(demande.id, "abonnement"),
        organisme=demande.organisme,
        demande_id=demande.id,
        debut=jour_de_quebec(demande.cree_le),
        souscrit_le=None,
        imputation=demande.imputation,
        version=0,
    )


def ouverture(dossier: Dossier) -> datetime | None:
    """L'instant où une demande de soutien étendu ouvre l'abonnement : sa première complétion."""
    return next((p.survenu_le for p in dossier.histoire.valant if p.geste is Geste.COMPLETER), None)


def abonne(demande: Demande) -> bool:
    """Vrai d'une demande qui ouvre un abonnement (DEM-5)."""
    return demande.sorte is Sorte.SOUTIEN_ETENDU


@dataclass(frozen=True, slots=True, kw_only=True)
class AbonnementSouscrit(Fait):
    """Fait dérivé : une demande complétée abonne l'organisme au soutien étendu."""

    abonnement: AbonnementSoutien


@dataclass(frozen=True, slots=True, kw_only=True)
class AbonnementResilie(Fait):
    """Un abonnement au soutien étendu finira à la date dite, exclue."""

    abonnement: AbonnementSoutien
    fin: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AbonnementRectifie(Fait):
    """L'histoire de la demande date autrement l'abonnement, ou ne l'ouvre plus (DEM-13)."""

    rectifie: AbonnementSouscrit
    juste: datetime | None


def souscription(abonnement: AbonnementSoutien, le: datetime) -> AbonnementSouscrit:
    """Le fait d'une souscription : le même, qu'on le dise ou qu'on le rectifie."""
    return AbonnementSouscrit(
        abonnement=abonnement, acte_id=uuid5(abonnement.id, "souscrit"), survenu_le=le
    )


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
        self, abonnements: Iterable[AbonnementSoutien], calendrier: Calendrier, le: datetime
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
        if not any(abonnement.couvre(jour) for abonnement in abonnements):
            raise Conflit(
                f"L'organisme {self.organisme} n'est pas abonné au soutien étendu le {jour}.",
                regle="DEM-5",
            )
        if calendrier.dans_plage(GenrePlage.CSC, self.debut):
            raise Conflit("Le soutien étendu se donne hors des heures du CSC.", regle="DEM-5")


def exiger_couvertes(
    instants: Iterable[datetime], abonnements: Iterable[AbonnementSoutien]
) -> None:
    """Lève `Conflit` (DEM-5) si une intervention inscrite n'a plus d'abonnement ce jour-là."""
    connus = list(abonnements)
    for jour in sorted({jour_de_quebec(instant) for instant in instants}):
        if not any(abonnement.couvre(jour) for abonnement in connus):
            raise Conflit(
                f"Une intervention du {jour} n'aurait plus d'abonnement : rectifiez-la d'abord.",
                regle="DEM-5",
            )


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

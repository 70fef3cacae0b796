"""Le soutien étendu : abonnement de l'organisme et interventions (DEM-5)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from demandes.demande.domaine.demande import Geste, GestePose, Sorte
from noyau import Acte, Conflit, Fait, jour_de_quebec

TARIF = "SOUTIEN-ETENDU"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbonnementSoutien:
    """L'abonnement d'un organisme au soutien étendu sur `[debut, fin)`, dates de Québec."""

    id: UUID
    organisme: str
    demande_id: UUID
    debut: date
    fin: date | None = None
    version: int = 1

    def couvre(self, jour: date) -> bool:
        return self.debut <= jour and (self.fin is None or jour < self.fin)

    @classmethod
    def souscrire(
        cls, pose: GestePose, existants: Iterable["AbonnementSoutien"]
    ) -> "AbonnementSouscrit | None":
        """L'abonnement qu'ouvre une demande de soutien complétée, une seule fois par demande.

        Lève `Conflit` (DEM-5) si l'organisme en a déjà un qui court.
        """
        demande, existants = pose.demande, list(existants)
        if not ouvre_un_abonnement(pose) or any(a.demande_id == demande.id for a in existants):
            return None
        debut = jour_de_quebec(pose.survenu_le)
        if any(a.fin is None or debut < a.fin for a in existants):
            raise Conflit(
                f"L'organisme {demande.organisme} est déjà abonné au soutien étendu.", regle="DEM-5"
            )
        abonnement = cls(
            id=uuid5(demande.id, "abonnement"),
            organisme=demande.organisme,
            demande_id=demande.id,
            debut=debut,
        )
        return AbonnementSouscrit(abonnement=abonnement, survenu_le=pose.survenu_le)

    def resilier(
        self, fin: date | None, acte: Acte
    ) -> "tuple[AbonnementSoutien, AbonnementResilie]":
        """Fin de l'abonnement, exclue, aujourd'hui ou plus tard; lève `Conflit` (DEM-5) sinon."""
        aujourdhui = jour_de_quebec(acte.le)
        if self.fin is not None:
            raise Conflit(f"Cet abonnement est déjà résilié pour le {self.fin}.", regle="DEM-5")
        jour = fin or aujourdhui
        if jour < aujourdhui:
            raise Conflit("Une résiliation ne vaut pas pour le passé.", regle="DEM-5")
        resilie = replace(self, fin=jour, version=self.version + 1)
        return resilie, AbonnementResilie(abonnement=resilie, fin=jour, survenu_le=acte.le)


def ouvre_un_abonnement(pose: GestePose) -> bool:
    """Vrai du geste qui complète une demande de soutien étendu (DEM-5)."""
    return pose.geste is Geste.COMPLETER and pose.demande.sorte is Sorte.SOUTIEN_ETENDU


@dataclass(frozen=True, slots=True, kw_only=True)
class AbonnementSouscrit(Fait):
    """Un abonnement au soutien étendu a commencé."""

    abonnement: AbonnementSoutien


@dataclass(frozen=True, slots=True, kw_only=True)
class AbonnementResilie(Fait):
    """Un abonnement au soutien étendu finira à la date dite, exclue."""

    abonnement: AbonnementSoutien
    fin: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """Du temps de soutien étendu sur un incident; celle qui clôt l'incident le dit (FAC-4)."""

    id: UUID
    organisme: str
    incident_id: UUID
    debut: datetime
    minutes: int
    deplacement: bool
    cloture: bool
    survenu_le: datetime

    def exiger_permise(
        self,
        abonnements: Iterable[AbonnementSoutien],
        incident: Iterable["Intervention"],
        maintenant: datetime,
    ) -> None:
        """Lève `Conflit` (DEM-5) hors abonnement, dans le futur, ou si l'incident est clos.

        Une intervention commencée avant la clôture reste admise : l'ITSM peut l'annoncer en retard.
        """
        if max(self.debut, self.survenu_le) > maintenant:
            raise Conflit("Un fait ne peut survenir dans le futur.", regle="DEM-5")
        jour = jour_de_quebec(self.debut)
        if not any(abonnement.couvre(jour) for abonnement in abonnements):
            raise Conflit(
                f"L'organisme {self.organisme} n'est pas abonné au soutien étendu le {jour}.",
                regle="DEM-5",
            )
        for autre in incident:
            if autre.organisme != self.organisme:
                raise Conflit("Cet incident est celui d'un autre organisme.", regle="DEM-5")
            if autre.cloture and (self.cloture or self.debut >= autre.debut):
                raise Conflit(f"L'incident {self.incident_id} est clos.", regle="FAC-4")


@dataclass(frozen=True, slots=True, kw_only=True)
class InterventionEffectuee(Fait):
    """Une intervention de soutien étendu est inscrite."""

    intervention: Intervention

"""L'abonnement sans actif qu'ouvre une demande complétée (FAC-1, DEM-5, TEL-1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid5

from demandes.demande.domaine.demande import Demande, Geste, Sorte
from demandes.demande.domaine.histoire import Dossier
from noyau import Acte, Conflit, Fait, exiger_une_personne, jour_de_quebec


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Ce qui se souscrit sans actif, et la règle qui le régit."""

    regle: str
    seul: bool = False
    """Vrai si un organisme n'en a qu'un à la fois."""


SERVICES: Final[Mapping[Sorte, Service]] = MappingProxyType(
    {
        Sorte.SOUTIEN_ETENDU: Service(regle="DEM-5", seul=True),
        Sorte.LIEN_PHYSIQUE: Service(regle="TEL-1"),
    }
)
"""Les sortes de demandes qui ouvrent un abonnement; une de plus est une ligne.

Le tarif et l'engagement n'en sont pas : la fiche les dit, le jour de la souscription (TEL-1).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abonnement:
    """L'abonnement d'un organisme à un service sur `[debut, fin)`, dates de Québec."""

    id: UUID
    organisme: str
    service: Sorte
    demande_id: UUID
    debut: date
    souscrit_le: datetime | None
    """L'instant de la complétion qui l'ouvre; None : elle n'a pas eu lieu (DEM-13)."""
    site: str | None = None
    imputation: str | None = None
    """Celle de la demande (FAC-16)."""
    fin: date | None = None
    version: int = 1

    @property
    def regime(self) -> Service:
        return SERVICES[self.service]

    def couvre(self, jour: date) -> bool:
        court = self.souscrit_le is not None and self.debut <= jour
        return court and (self.fin is None or jour < self.fin)

    def redate(
        self, souscrit_le: datetime | None, existants: Iterable["Abonnement"]
    ) -> "Abonnement":
        """L'abonnement tel que la demande l'ouvre maintenant.

        Lève `Conflit` (la règle du service) si l'organisme n'en peut avoir un autre, ou s'il
        finissait déjà.
        """
        if souscrit_le is None:
            return replace(self, souscrit_le=None, version=self.version + 1)
        debut = jour_de_quebec(souscrit_le)
        if self.regime.seul and any(self._empeche(a, debut) for a in existants):
            raise self._refus(
                f"L'organisme {self.organisme} est déjà abonné au service « {self.service} »."
            )
        if self.fin is not None and debut >= self.fin:
            raise self._refus(f"Cet abonnement est résilié pour le {self.fin}.")
        return replace(self, debut=debut, souscrit_le=souscrit_le, version=self.version + 1)

    def _empeche(self, autre: "Abonnement", debut: date) -> bool:
        """Vrai d'un autre du même service, s'il courrait encore ce jour-là."""
        if autre.id == self.id or autre.service is not self.service or autre.souscrit_le is None:
            return False
        return autre.fin is None or debut < autre.fin

    def resilier(self, fin: date | None, acte: Acte) -> "tuple[Abonnement, AbonnementResilie]":
        """Fin de l'abonnement, exclue, aujourd'hui ou plus tard, après le jour où il commence.

        Ce que l'engagement laisse devoir se facture (FAC-5). Lève `Interdit` à une machine,
        `Conflit` (la règle du service) s'il finit déjà, dans le passé, ou avant d'avoir couru.
        """
        exiger_une_personne(acte.acteur, self.regime.regle)
        aujourdhui = jour_de_quebec(acte.le)
        if self.souscrit_le is None:
            raise self._refus("Cet abonnement n'a pas eu lieu.")
        if self.fin is not None:
            raise self._refus(f"Cet abonnement est déjà résilié pour le {self.fin}.")
        jour = fin or aujourdhui
        if jour < aujourdhui:
            raise self._refus("Une résiliation ne vaut pas pour le passé.")
        if jour <= self.debut:
            raise self._refus(
                f"L'abonnement commence le {self.debut} : il finit au plus tôt le lendemain."
            )
        resilie = replace(self, fin=jour, version=self.version + 1)
        return resilie, AbonnementResilie(abonnement=resilie, fin=jour, survenu_le=acte.le)

    def _refus(self, message: str) -> Conflit:
        return Conflit(message, regle=self.regime.regle)


def abonnement_de(demande: Demande) -> Abonnement | None:
    """L'abonnement que la demande peut ouvrir, un seul, avant qu'elle l'ouvre; sinon None."""
    if demande.sorte not in SERVICES:
        return None
    return Abonnement(
        id=uuid5(demande.id, "abonnement"),
        organisme=demande.organisme,
        service=demande.sorte,
        demande_id=demande.id,
        debut=jour_de_quebec(demande.cree_le),
        souscrit_le=None,
        site=demande.site,
        imputation=demande.imputation,
        version=0,
    )


def ouverture(dossier: Dossier) -> datetime | None:
    """L'instant où une demande ouvre l'abonnement : sa première complétion."""
    return next((p.survenu_le for p in dossier.histoire.valant if p.geste is Geste.COMPLETER), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbonnementSouscrit(Fait):
    """Fait dérivé : une demande complétée abonne l'organisme à un service."""

    abonnement: Abonnement


@dataclass(frozen=True, slots=True, kw_only=True)
class AbonnementResilie(Fait):
    """Un abonnement finira à la date dite, exclue."""

    abonnement: Abonnement
    fin: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AbonnementRectifie(Fait):
    """L'histoire de la demande date autrement l'abonnement, ou ne l'ouvre plus (DEM-13)."""

    rectifie: AbonnementSouscrit
    juste: datetime | None


def souscription(abonnement: Abonnement, le: datetime) -> AbonnementSouscrit:
    """Le fait d'une souscription : le même, qu'on le dise ou qu'on le rectifie."""
    return AbonnementSouscrit(
        abonnement=abonnement, acte_id=uuid5(abonnement.id, "souscrit"), survenu_le=le
    )

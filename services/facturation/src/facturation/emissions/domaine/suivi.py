"""Suivre une exécution : où elle en est, l'arrêter, la reprendre (FAC-6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from facturation.emissions.domaine.executions import EtatTraitement, Traitement
from noyau import ZERO, Acte, Conflit, Mois, Montant

SORTS_MAXIMUM: Final = 200
"""Les organismes qu'une exécution suivie montre d'elle-même; la liste de ses traitements les dit
tous."""
_ENTIERE: Final = Decimal(1)
_PRECISION: Final = Decimal("0.0001")


class EtatExecution(StrEnum):
    """Où en est une exécution; arrêtée, il lui reste des organismes, qui attendent une reprise."""

    EN_COURS = "en_cours"
    ARRETEE = "arretee"
    TERMINEE = "terminee"


class GesteExecution(StrEnum):
    """Ce qu'on pose sur une exécution demandée."""

    ARRET = "arret"
    REPRISE = "reprise"


@dataclass(frozen=True, slots=True, kw_only=True)
class GestePose:
    """Un arrêt ou une reprise : qui, quand, et combien d'organismes il remet à traiter."""

    geste: GesteExecution
    pose_le: datetime
    pose_par: str
    organismes: int = 0


class ExecutionArretee(Conflit):
    """L'exécution est arrêtée : ce qu'elle n'a pas émis attend sa reprise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """L'émission demandée d'une période, pour tous les organismes ou pour un seul."""

    id: UUID
    periode: Mois
    organisme: str | None
    approuves_seulement: bool = False
    """Elle met de côté l'organisme dont l'aperçu n'est pas approuvé (FAC-7)."""
    sautes: tuple[Mois, ...] = ()
    """Les mois qu'elle ferme sans les émettre : leur dû va au sien, et on l'a dit (FAC-6)."""
    demandee_le: datetime
    demandee_par: str
    etat: EtatExecution = EtatExecution.EN_COURS
    arretee_le: datetime | None = None
    """L'arrêt que rien n'a repris."""
    reprise_le: datetime | None = None
    gestes: tuple[GestePose, ...] = ()

    def arreter(self, acte: Acte) -> "Execution":
        """Ce qui est émis le reste, le reste attend; déjà arrêtée, rien ne change.

        Lève `Conflit` si elle est terminée.
        """
        if self.etat is EtatExecution.TERMINEE:
            raise Conflit(
                "Cette exécution est terminée : il n'y reste rien à arrêter.", regle="FAC-6"
            )
        if self.etat is EtatExecution.ARRETEE:
            return self
        pose = GestePose(geste=GesteExecution.ARRET, pose_le=acte.le, pose_par=acte.acteur.sujet)
        return replace(
            self,
            etat=EtatExecution.ARRETEE,
            arretee_le=acte.le,
            gestes=(*self.gestes, pose),
        )

    def reprendre(self, remis: int, acte: Acte) -> "Execution":
        """Continue ce qui restait, et les `remis` qui étaient de côté; sans rien de tel, rien.

        Une reprise n'émet que ce qui manque : ce qui est émis n'est plus à traiter.
        """
        if not remis and self.etat is not EtatExecution.ARRETEE:
            return self
        pose = GestePose(
            geste=GesteExecution.REPRISE,
            pose_le=acte.le,
            pose_par=acte.acteur.sujet,
            organismes=remis,
        )
        return replace(
            self,
            etat=EtatExecution.EN_COURS,
            arretee_le=None,
            reprise_le=acte.le,
            gestes=(*self.gestes, pose),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Avancement:
    """Ce qu'une exécution a fait de ses organismes, et quand (instants UTC)."""

    par_etat: Mapping[EtatTraitement, int]
    montant_emis: Montant = ZERO
    """La somme de ses documents, notes de crédit déduites."""
    premier_le: datetime | None = None
    """Son premier traitement."""
    dernier_le: datetime | None = None
    """Son dernier traitement."""
    premier_depuis: datetime | None = None
    """Le premier traitement depuis qu'elle est demandée, ou reprise."""
    traites_depuis: int = 0

    @property
    def organismes(self) -> int:
        """Combien d'organismes elle vise."""
        return sum(self.par_etat.values())

    @property
    def restants(self) -> int:
        """Combien restent à traiter."""
        return self.par_etat.get(EtatTraitement.A_FAIRE, 0)

    @property
    def traites(self) -> int:
        """Combien sont traités, mis de côté compris."""
        return self.organismes - self.restants

    @property
    def part(self) -> Decimal:
        """La part faite, de 0 à 1; de rien, tout est fait. Un seul restant la garde sous 1."""
        if not self.restants:
            return _ENTIERE
        faite = (Decimal(self.traites) / self.organismes).quantize(_PRECISION)
        return min(faite, _ENTIERE - _PRECISION)

    def fin_estimee(self, maintenant: datetime) -> datetime | None:
        """Quand tout serait traité au rythme observé depuis le premier traitement.

        Absente tant qu'un deuxième n'a pas dit ce rythme, ou si rien ne reste.
        """
        if not self.restants or self.premier_depuis is None or self.traites_depuis < 2:
            return None
        ecoule = maintenant - self.premier_depuis
        if ecoule <= timedelta(0):
            return None
        return maintenant + ecoule * self.restants / (self.traites_depuis - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suivi:
    """Une exécution et ce qu'elle a fait; ses organismes, au plus `SORTS_MAXIMUM`."""

    execution: Execution
    avancement: Avancement
    sorts: Sequence[Traitement]

    @property
    def terminee_le(self) -> datetime | None:
        """Son dernier traitement, si plus rien ne reste à traiter."""
        finie = self.execution.etat is EtatExecution.TERMINEE
        return self.avancement.dernier_le if finie else None

    def fin_estimee(self, maintenant: datetime) -> datetime | None:
        """Voir `Avancement.fin_estimee`; une exécution arrêtée n'en a pas."""
        en_cours = self.execution.etat is EtatExecution.EN_COURS
        return self.avancement.fin_estimee(maintenant) if en_cours else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MisDeCote:
    """Un organisme qu'une exécution a mis de côté, et que rien n'a repris."""

    execution_id: UUID
    organisme: str
    raison: str
    traite_le: datetime | None


def neuve(execution: Execution, vises: Sequence[str]) -> Suivi:
    """Une exécution qu'on demande, tous ses organismes à faire; sans organisme, terminée."""
    etat = EtatExecution.EN_COURS if vises else EtatExecution.TERMINEE
    return Suivi(
        execution=replace(execution, etat=etat),
        avancement=Avancement(par_etat={EtatTraitement.A_FAIRE: len(vises)}),
        sorts=[Traitement(organisme=organisme) for organisme in vises[:SORTS_MAXIMUM]],
    )

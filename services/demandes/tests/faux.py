"""Des dépôts en mémoire, qui passent les mêmes épreuves que les vrais."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from demandes.cas_usage.ports import Depots
from demandes.domaine.actif import Actif, EtatActif
from demandes.domaine.demande import Demande, Passage
from demandes.domaine.itsm import ActeItsm, Sort
from socle.noyau import Introuvable, VersionPerimee


@dataclass(slots=True)
class FauxDemandes:
    lignes: dict[UUID, Demande] = field(default_factory=dict)
    chronologie: list[Passage] = field(default_factory=list)

    async def charger(self, demande_id: UUID) -> Demande:
        if demande_id not in self.lignes:
            raise Introuvable("Demande introuvable.")
        return self.lignes[demande_id]

    async def nouveau_numero(self, annee: int) -> str:
        return f"D-{annee}-{len(self.lignes) + 1:06d}"

    async def ajouter(self, demande: Demande) -> None:
        self.lignes[demande.id] = demande

    async def enregistrer(self, demande: Demande, passages: Sequence[Passage]) -> None:
        if self.lignes[demande.id].version != demande.version - len(passages):
            raise VersionPerimee("La demande a changé depuis sa lecture.")
        self.lignes[demande.id] = demande
        self.chronologie += passages


@dataclass(slots=True)
class FauxActifs:
    lignes: dict[UUID, Actif] = field(default_factory=dict)

    async def charger(self, actif_id: UUID) -> Actif:
        if actif_id not in self.lignes:
            raise Introuvable("Actif introuvable.")
        return self.lignes[actif_id]

    async def en_service(self, article_id: UUID) -> UUID | None:
        for actif in self.lignes.values():
            if actif.article_id == article_id and actif.etat is EtatActif.EN_SERVICE:
                return actif.id
        return None

    async def ajouter(self, actif: Actif) -> None:
        self.lignes.setdefault(actif.id, actif)

    async def enregistrer(self, actif: Actif) -> None:
        self.lignes[actif.id] = actif


@dataclass(slots=True)
class FauxActesItsm:
    lignes: dict[str, ActeItsm] = field(default_factory=dict)
    signales: set[str] = field(default_factory=set)

    async def trouver(self, identifiant: str) -> ActeItsm | None:
        return self.lignes.get(identifiant)

    async def ajouter(self, acte: ActeItsm) -> None:
        self.lignes[acte.id] = acte

    async def gares(self, demande_id: UUID) -> Sequence[ActeItsm]:
        return [
            acte
            for acte in self.lignes.values()
            if acte.demande_id == demande_id and acte.sort is Sort.GARE
        ]

    async def enregistrer(self, acte: ActeItsm) -> None:
        self.lignes[acte.id] = replace(self.lignes[acte.id], sort=acte.sort, raison=acte.raison)

    async def signaler(self, avant: datetime, le: datetime) -> Sequence[ActeItsm]:
        dus = [
            acte
            for acte in self.lignes.values()
            if acte.sort is Sort.GARE
            and acte.recu_le is not None
            and acte.recu_le < avant
            and acte.id not in self.signales
        ]
        self.signales |= {acte.id for acte in dus}
        return dus


def faux_depots(**autres: Any) -> Depots:
    """Des dépôts dont seuls ces trois-là répondent; les autres échoueraient si on y touchait."""
    vides: Mapping[str, Any] = dict.fromkeys(Depots.__dataclass_fields__, cast("Any", None))
    trois = {
        "demandes": FauxDemandes(),
        "actifs": FauxActifs(),
        "actes_itsm": FauxActesItsm(),
    }
    return Depots(**{**vides, **trois, **autres})

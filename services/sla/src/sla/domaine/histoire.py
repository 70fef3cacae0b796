"""L'histoire d'une demande : ses épisodes, dans l'ordre où ils sont survenus."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Nature(StrEnum):
    """Ce qui est arrivé à la demande; la valeur est le type de l'événement qui l'a dit."""

    CREEE = "demande.créée"
    APPROUVEE = "demande.approuvée"
    REFUSEE = "demande.refusée"
    PRISE_EN_CHARGE = "demande.prise_en_charge"
    SUSPENDUE = "demande.suspendue"
    REPRISE = "demande.reprise"
    ROUVERTE = "demande.rouverte"
    REDIRIGEE = "demande.redirigée"
    ANNULEE = "demande.annulée"
    COMPLETEE = "demande.complétée"
    POSTE_LIVRE = "poste.livré"
    POSTE_VIRTUEL_INSTALLE = "poste_virtuel.installé"
    LOGICIEL_INSTALLE = "logiciel.installé"
    APPAREIL_SYNCHRONISE = "appareil.synchronisé"
    AMENAGEMENT_COMPLETE = "aménagement.complété"
    ACTIF_LIVRE = "actif.livré"


SANS_MESURE = frozenset({Nature.REFUSEE, Nature.ANNULEE, Nature.REDIRIGEE})
"""Les fins qui retirent la demande de la mesure (SLA-2, DEM-6)."""


@dataclass(frozen=True, slots=True)
class LivraisonAttendue:
    """Un article que la demande attend, et le type de l'événement qui le livrera."""

    article_id: UUID
    evenement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """Les faits de la demande dont dépend sa mesure (DEM-4)."""

    numero: str
    sorte: str
    approbation_requise: bool
    acquisition_multiple: bool
    configuration_normalisee: bool
    logiciel_payant: bool
    gamme: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Un fait de la demande, daté de sa survenue; `sequence` départage une même heure (SLA-2)."""

    evenement_id: UUID
    nature: Nature
    survenu_le: datetime
    enregistre_le: datetime
    sequence: int
    creation: Creation | None = None
    """Présent si, et seulement si, la nature est CREEE."""
    article_id: UUID | None = None
    """L'article livré."""
    attendues: tuple[LivraisonAttendue, ...] = ()
    """Les livraisons que la création ou la réouverture fait attendre."""


@dataclass(frozen=True, slots=True)
class Histoire:
    """Les épisodes connus d'une demande. Se construit par `de`, qui trie et dédouble (SLA-3)."""

    demande_id: UUID
    organisme: str
    episodes: tuple[Episode, ...]

    @classmethod
    def de(cls, demande_id: UUID, organisme: str, episodes: Iterable[Episode]) -> "Histoire":
        """L'histoire, quel que soit l'ordre d'arrivée des épisodes et leurs répétitions."""
        uniques = {e.evenement_id: e for e in episodes}.values()
        ordre = sorted(uniques, key=lambda e: (e.survenu_le, e.sequence, e.evenement_id))
        return cls(demande_id, organisme, tuple(ordre))

    @property
    def naissance(self) -> Episode | None:
        """L'épisode de création, s'il est connu."""
        return next((e for e in self.episodes if e.nature is Nature.CREEE), None)

    @property
    def abandon(self) -> Episode | None:
        """Le refus, l'annulation ou la redirection qui retire la demande de la mesure."""
        return next((e for e in self.episodes if e.nature in SANS_MESURE), None)

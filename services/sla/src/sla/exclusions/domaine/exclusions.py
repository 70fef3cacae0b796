"""L'exclusion qu'une personne prononce, et la contre-écriture qui l'annule (SLA-8)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from noyau import Acte, Conflit, Fait
from sla.histoires.domaine import Sujet


@dataclass(frozen=True, slots=True, kw_only=True)
class MesureVisee:
    """Une mesure, telle qu'on la voit quand on en décide."""

    id: UUID
    organisme: str
    sujet: Sujet
    fiche: str
    indicateur: str
    mesurable: bool
    """Faux : « non mesurée », elle n'entre dans aucun taux."""
    conditions: frozenset[str]
    """Celles de sa fiche qui l'excluent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annulation:
    """Ce qui défait une exclusion : un enregistrement de plus, jamais un retrait."""

    exclusion_id: UUID
    organisme: str
    motif: str
    annulee_le: datetime
    annulee_par: str
    contestation_id: UUID | None = None
    """La contestation qui l'a obtenue; None : le MCN est revenu sur sa décision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Une mesure qu'une personne sort du taux ajusté : condition, preuve, auteur (SLA-8)."""

    id: UUID
    organisme: str
    mesure_id: UUID
    """v5 de (sujet, fiche, indicateur) : l'exclusion survit aux versions de la fiche (SLA-10)."""
    sujet: str
    """La sorte de sujet."""
    sujet_id: str
    fiche: str
    indicateur: str
    condition: str
    libelle: str
    """Celui de la condition le jour où on l'a invoquée."""
    motif: str
    preuve: str
    """Ce qui l'établit : une référence qu'un tiers peut retrouver."""
    empreinte: str | None
    """SHA-256 de la pièce, en hexadécimal; None : la référence suffit."""
    prononcee_le: datetime
    prononcee_par: str
    annulation: Annulation | None = None

    @property
    def de(self) -> Sujet:
        """Le sujet de la mesure."""
        return Sujet(self.sujet, self.sujet_id)

    def annuler(self, motif: str, acte: Acte, contestation_id: UUID | None = None) -> "Exclusion":
        """La même, annulée; lève `Conflit` (SLA-8) si elle l'est déjà."""
        if self.annulation is not None:
            raise Conflit(
                "Cette exclusion est déjà annulée : l'exclure de nouveau en prononce une autre.",
                regle="SLA-8",
                details={"annulee_le": self.annulation.annulee_le.isoformat()},
            )
        annulation = Annulation(
            exclusion_id=self.id,
            organisme=self.organisme,
            motif=motif,
            annulee_le=acte.le,
            annulee_par=acte.acteur.sujet,
            contestation_id=contestation_id,
        )
        return replace(self, annulation=annulation)


def exiger_excluable(visee: MesureVisee, condition: str, deja: Iterable[Exclusion]) -> None:
    """Lève `Conflit` (SLA-8) si la mesure n'est d'aucun taux, ou est déjà exclue par une personne.

    Une mesure qui court encore s'exclut : son exclusion vaudra quand elle sera jugée. Ce qu'une
    contestation a obtenu demeure : la même condition ne s'y invoque plus.
    """
    if not visee.mesurable:
        raise Conflit("Cette mesure n'est d'aucun taux : rien à exclure.", regle="SLA-8")
    for exclusion in deja:
        details = {"exclusion_id": str(exclusion.id)}
        if exclusion.annulation is None:
            raise Conflit(
                f"Cette mesure est déjà exclue : {exclusion.libelle}.",
                regle="SLA-8",
                details=details,
            )
        if exclusion.condition == condition and exclusion.annulation.contestation_id is not None:
            raise Conflit(
                "Une contestation acceptée a annulé cette exclusion : la même condition ne"
                " s'invoque plus de cette mesure.",
                regle="SLA-8",
                details=details,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionPrononcee(Fait):
    """Une personne du MCN a exclu une mesure du taux ajusté."""

    exclusion: Exclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionAnnulee(Fait):
    """L'exclusion ne vaut plus."""

    exclusion: Exclusion

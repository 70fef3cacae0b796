"""L'exclusion qu'une personne prononce, et la contre-écriture qui l'annule (SLA-8)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from noyau import Acte, Conflit, Fait
from sla.exclusions.domaine.contestations import Contestation, Etat
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
    fait_nouveau: str | None = None
    """Ce qui permet de revenir sur ce qu'une contestation acceptée a obtenu."""
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


def exiger_excluable(
    visee: MesureVisee,
    deja: Iterable[Exclusion],
    contestations: Collection[Contestation],
    fait_nouveau: str | None,
) -> None:
    """Lève `Conflit` (SLA-8) si la mesure ne s'exclut pas, ou pas encore.

    Elle n'est d'aucun taux; une personne l'exclut déjà; l'une des `contestations`, toutes celles de
    ses exclusions et de ses conditions, est ouverte; ou l'une est acceptée, et rien de nouveau ne
    permet d'y revenir. Une mesure qui court encore s'exclut : son exclusion vaudra une fois jugée.
    """
    if not visee.mesurable:
        raise Conflit("Cette mesure n'est d'aucun taux : rien à exclure.", regle="SLA-8")
    posee = next((e for e in deja if e.annulation is None), None)
    if posee is not None:
        raise Conflit(
            f"Cette mesure est déjà exclue : {posee.libelle}.",
            regle="SLA-8",
            details={"exclusion_id": str(posee.id)},
        )
    exiger_tranchees(contestations)
    obtenue = next((c for c in contestations if c.etat is Etat.ACCEPTEE), None)
    if obtenue is not None and fait_nouveau is None:
        raise Conflit(
            f"La contestation {obtenue.id}, acceptée, a rendu cette mesure au taux : on ne l'exclut"
            " de nouveau que sur un fait nouveau, à dire dans « fait_nouveau ».",
            regle="SLA-8",
            details={"contestation_id": str(obtenue.id)},
        )
    if obtenue is None and fait_nouveau is not None:
        raise Conflit(
            "Aucune contestation acceptée n'a rendu cette mesure au taux : il n'y a pas de"
            " « fait_nouveau » à dire. Dites tout dans le motif.",
            regle="SLA-8",
        )


def exiger_tranchees(contestations: Iterable[Contestation]) -> None:
    """Lève `Conflit` (SLA-8) si l'une est ouverte : la décider d'abord, sans la priver d'objet."""
    ouverte = next((c for c in contestations if c.etat is Etat.OUVERTE), None)
    if ouverte is not None:
        raise Conflit(
            f"La contestation {ouverte.id} attend une décision : tranchez-la d'abord.",
            regle="SLA-8",
            details={"contestation_id": str(ouverte.id)},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionPrononcee(Fait):
    """Une personne du MCN a exclu une mesure du taux ajusté."""

    exclusion: Exclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionAnnulee(Fait):
    """L'exclusion ne vaut plus."""

    exclusion: Exclusion

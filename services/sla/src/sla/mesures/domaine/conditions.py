"""Les conditions d'exclusion d'une mesure, examinées une à une, et ce qu'on en a décidé (SLA-8)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from noyau import FaitNomme
from sla.exclusions.domaine.contestations import Contestation
from sla.exclusions.domaine.decisions import Decisions
from sla.exclusions.domaine.exclusions import Annulation, Exclusion
from sla.fiches.domaine import Condition, Indicateur
from sla.mesures.domaine.parcours import Ouverture

LA_REGLE: Final = "règle SLA-8"
"""L'auteur d'un examen que nulle personne n'a fait."""


class Conclusion(StrEnum):
    """Ce que l'examen d'une condition conclut."""

    EXCLUE = "exclue"
    """La mesure sort du taux ajusté."""
    RETENUE = "retenue"
    """La condition ne joue pas."""
    SIGNALEE = "signalee"
    """On ne peut conclure : la mesure reste, et on le dit."""
    SANS_OBJET = "sans_objet"
    """Un fait que la condition cite n'est pas dit de ce sujet."""
    ANNULEE = "annulee"
    """Elle excluait la mesure; une personne en a décidé autrement."""


@dataclass(frozen=True, slots=True)
class Examen:
    """Une condition examinée : un enregistrement motivé, jamais une absence (SLA-8)."""

    condition: str
    libelle: str
    conclusion: Conclusion
    preuve: str
    auteur: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Levee:
    """Ce qui annule une exclusion : qui, quand, pourquoi."""

    le: datetime
    par: str
    motif: str | None
    contestation_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamenDecide(Examen):
    """Une condition dont une personne a décidé : elle l'a invoquée, ou l'a fait annuler."""

    exclusion_id: str | None = None
    """L'exclusion prononcée; None : la condition est de la fiche."""
    motif: str | None = None
    le: datetime | None = None
    """Quand elle fut prononcée."""
    fait_nouveau: str | None = None
    """Ce qui a permis de revenir sur ce qu'une contestation avait obtenu."""
    annulation: Levee | None = None


def examiner(indicateur: Indicateur, ouverture: Ouverture) -> tuple[Examen, ...]:
    """Examine chaque condition de l'indicateur sur les faits du sujet.

    La preuve cite chaque fait et l'événement qui l'a dit; l'auteur est la règle elle-même.
    """
    return tuple(
        Examen(
            condition=condition.code,
            libelle=condition.libelle,
            conclusion=_conclure(condition, ouverture),
            preuve="; ".join(_preuve(fait, ouverture) for fait in condition.cites),
            auteur=LA_REGLE,
        )
        for condition in indicateur.conditions
    )


def decider(examens: Iterable[Examen], mesure_id: UUID, decisions: Decisions) -> Iterator[Examen]:
    """Ces examens après ce que des personnes ont décidé, puis ce qu'elles ont invoqué (SLA-8)."""
    for examen in examens:
        ecartee = decisions.conditions.get((mesure_id, examen.condition))
        if ecartee is None or examen.conclusion is not Conclusion.EXCLUE:
            yield examen
        else:
            yield _ecarter(examen, ecartee)
    yield from map(_invoquee, decisions.exclusions.get(mesure_id, ()))


def _ecarter(examen: Examen, contestation: Contestation) -> ExamenDecide:
    decision, annulation = contestation.decision, None
    if decision is not None:
        annulation = Levee(
            le=decision.prise_le,
            par=decision.prise_par,
            motif=decision.motif,
            contestation_id=str(contestation.id),
        )
    return ExamenDecide(
        condition=examen.condition,
        libelle=examen.libelle,
        conclusion=Conclusion.ANNULEE,
        preuve=examen.preuve,
        auteur=examen.auteur,
        annulation=annulation,
    )


def _invoquee(exclusion: Exclusion) -> ExamenDecide:
    annulation = exclusion.annulation
    empreinte = f" (SHA-256 : {exclusion.empreinte})" if exclusion.empreinte else ""
    return ExamenDecide(
        condition=exclusion.condition,
        libelle=exclusion.libelle,
        conclusion=Conclusion.EXCLUE if annulation is None else Conclusion.ANNULEE,
        preuve=f"{exclusion.preuve}{empreinte}",
        auteur=exclusion.prononcee_par,
        exclusion_id=str(exclusion.id),
        motif=exclusion.motif,
        le=exclusion.prononcee_le,
        fait_nouveau=exclusion.fait_nouveau,
        annulation=None if annulation is None else _levee(annulation),
    )


def _levee(annulation: Annulation) -> Levee:
    obtenue = annulation.contestation_id
    return Levee(
        le=annulation.annulee_le,
        par=annulation.annulee_par,
        motif=annulation.motif,
        contestation_id=None if obtenue is None else str(obtenue),
    )


def _conclure(condition: Condition, ouverture: Ouverture) -> Conclusion:
    faits = ouverture.faits
    if condition.exclut.vrai(faits):
        return Conclusion.EXCLUE
    if condition.signale is not None and condition.signale.vrai(faits):
        return Conclusion.SIGNALEE
    if any(faits.get(fait) is None for fait in condition.cites):
        return Conclusion.SANS_OBJET
    return Conclusion.RETENUE


def _preuve(fait: str, ouverture: Ouverture) -> str:
    """« gamme : detachable (demande.créée, 0199…) »."""
    auteur = ouverture.auteur(fait)
    return f"{fait} : {_dire(ouverture.faits.get(fait))} ({auteur.type}, {auteur.acte_id})"


def _dire(valeur: FaitNomme) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return "non dit" if valeur is None else str(valeur)

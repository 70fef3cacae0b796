"""Les conditions d'exclusion d'un indicateur, examinées une à une (SLA-8)."""

from dataclasses import dataclass
from enum import StrEnum

from noyau import FaitNomme
from sla.fiches.domaine import Condition, Indicateur
from sla.mesures.domaine.parcours import Ouverture


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


@dataclass(frozen=True, slots=True)
class Examen:
    """Une condition examinée : un enregistrement motivé, jamais une absence (SLA-8)."""

    condition: str
    libelle: str
    conclusion: Conclusion
    preuve: str
    auteur: str


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
            auteur="règle SLA-8",
        )
        for condition in indicateur.conditions
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

"""Les conditions d'exclusion a, b, c et e, examinées une à une (SLA-8)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sla.domaine.fiche import Indicateur
from sla.domaine.histoire import Creation, Nature

GAMMES_EXCLUES = frozenset(
    {"detachable", "intermediaire", "haute_performance", "tres_haute_performance"}
)
GAMME_INCONNUE = "inconnue"


class Conclusion(StrEnum):
    """Ce que l'examen d'une condition conclut."""

    EXCLUE = "exclue"
    """La mesure sort du taux ajusté."""
    RETENUE = "retenue"
    """La condition ne joue pas."""
    SIGNALEE = "signalee"
    """On ne peut conclure : la mesure reste, et on le dit."""
    SANS_OBJET = "sans_objet"
    """La condition ne s'applique pas à une mesure de délai, ou à cette demande."""


@dataclass(frozen=True, slots=True)
class Examen:
    """Une condition examinée : un enregistrement motivé, jamais une absence (SLA-8)."""

    condition: str
    libelle: str
    conclusion: Conclusion
    preuve: str
    auteur: str


def examiner(indicateur: Indicateur, creation: Creation, evenement_id: UUID) -> tuple[Examen, ...]:
    """Examine chaque condition de l'indicateur sur les faits de la création.

    La preuve cite le fait et l'événement qui l'a dit; l'auteur est la règle elle-même.
    """
    examens = []
    for condition in indicateur.conditions:
        libelle, juger = _CONDITIONS[condition]
        conclusion, fait = juger(creation)
        preuve = f"{fait} ({Nature.CREEE.value}, {evenement_id})"
        examens.append(Examen(condition, libelle, conclusion, preuve, "règle SLA-8"))
    return tuple(examens)


def _acquisition_multiple(creation: Creation) -> tuple[Conclusion, str]:
    return _exclure_si(creation.acquisition_multiple), (
        "deux unités ou plus à acquérir" if creation.acquisition_multiple else "une seule unité"
    )


def _configuration(creation: Creation) -> tuple[Conclusion, str]:
    return _exclure_si(not creation.configuration_normalisee), (
        "configuration normalisée"
        if creation.configuration_normalisee
        else "configuration non normalisée"
    )


def _logiciel_payant(creation: Creation) -> tuple[Conclusion, str]:
    return _exclure_si(creation.logiciel_payant), (
        "au moins un logiciel payant" if creation.logiciel_payant else "aucun logiciel payant"
    )


def _maintenance(_creation: Creation) -> tuple[Conclusion, str]:
    return Conclusion.SANS_OBJET, "ne vaut que pour une disponibilité"


def _gamme(creation: Creation) -> tuple[Conclusion, str]:
    if creation.gamme is None:
        return Conclusion.SANS_OBJET, "la demande ne comporte pas de poste"
    if creation.gamme == GAMME_INCONNUE:
        return Conclusion.SIGNALEE, "la gamme du poste est inconnue : pas d'exclusion"
    return _exclure_si(creation.gamme in GAMMES_EXCLUES), f"gamme du poste : {creation.gamme}"


def _exclure_si(vrai: bool) -> Conclusion:
    return Conclusion.EXCLUE if vrai else Conclusion.RETENUE


_CONDITIONS: dict[str, tuple[str, Callable[[Creation], tuple[Conclusion, str]]]] = {
    "a": ("acquisition multiple", _acquisition_multiple),
    "b": ("configuration non normalisée", _configuration),
    "c": ("acquisition d'un logiciel payant", _logiciel_payant),
    "d": ("plages de maintenance", _maintenance),
    "e": ("gamme de poste hors engagement", _gamme),
}

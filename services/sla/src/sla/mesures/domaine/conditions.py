"""Les conditions d'exclusion a, b, c et e, examinées une à une (SLA-8)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sla.fiches.domaine import Indicateur
from sla.histoires.domaine import Creation, Nature

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


def _exclure_si(vrai: bool, fait: str, sinon: str) -> tuple[Conclusion, str]:
    return (Conclusion.EXCLUE, fait) if vrai else (Conclusion.RETENUE, sinon)


def _acquisition_multiple(creation: Creation) -> tuple[Conclusion, str]:
    multiple = creation.acquisition_multiple
    return _exclure_si(multiple, "deux unités ou plus à acquérir", "une seule unité")


def _configuration(creation: Creation) -> tuple[Conclusion, str]:
    hors_norme = not creation.configuration_normalisee
    return _exclure_si(hors_norme, "configuration non normalisée", "configuration normalisée")


def _logiciel_payant(creation: Creation) -> tuple[Conclusion, str]:
    payant = creation.logiciel_payant
    return _exclure_si(payant, "au moins un logiciel payant", "aucun logiciel payant")


def _maintenance(_creation: Creation) -> tuple[Conclusion, str]:
    return Conclusion.SANS_OBJET, "ne vaut que pour une disponibilité"


def _gamme(creation: Creation) -> tuple[Conclusion, str]:
    if creation.gamme is None:
        return Conclusion.SANS_OBJET, "la demande ne comporte pas de poste"
    if creation.gamme == GAMME_INCONNUE:
        return Conclusion.SIGNALEE, "la gamme du poste est inconnue : pas d'exclusion"
    fait = f"gamme du poste : {creation.gamme}"
    return _exclure_si(creation.gamme in GAMMES_EXCLUES, fait, fait)


_CONDITIONS: dict[str, tuple[str, Callable[[Creation], tuple[Conclusion, str]]]] = {
    "a": ("acquisition multiple", _acquisition_multiple),
    "b": ("configuration non normalisée", _configuration),
    "c": ("acquisition d'un logiciel payant", _logiciel_payant),
    "d": ("plages de maintenance", _maintenance),
    "e": ("gamme de poste hors engagement", _gamme),
}

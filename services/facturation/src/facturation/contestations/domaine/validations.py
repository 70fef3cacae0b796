"""La validation d'un document par l'organisme (TEL-2) : expresse; le silence ne valide rien."""

from dataclasses import dataclass
from datetime import datetime

from noyau import Conflit, Fait


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """Qui a validé un document, et quand (instant UTC)."""

    organisme: str
    numero: str
    validee_le: datetime
    validee_par: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactureValidee(Fait):
    """L'organisme a validé un document."""

    validation: Validation


def exiger_validable(numero: str, deja: Validation | None, *, contestee: bool) -> None:
    """Un document se valide une fois, tout entier; lève `Conflit` (FAC-8) sinon.

    Contesté, il se valide une fois la contestation tranchée ou retirée.
    """
    if deja is not None:
        raise Conflit(f"Le document {numero} est déjà validé.", regle="FAC-8")
    if contestee:
        raise Conflit(
            f"Des lignes de {numero} sont contestées : il se validera quand elles seront tranchées,"
            " ou la contestation retirée.",
            regle="FAC-8",
        )

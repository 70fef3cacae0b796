"""Qui lit les niveaux de service : l'organisme, les siens; le MCN, tous."""

from typing import Annotated, TypeAlias

from fastapi import Depends

from sla.cas_usage.ports import Depots
from socle.noyau import Introuvable
from socle.web import Appel, acces

Lecture: TypeAlias = Annotated[
    Appel[Depots],
    Depends(
        acces(
            "gestionnaire", "signataire", "mesure", "agent-csc", "facturation",
            "admin", "portail", "integration",
        )
    ),
]  # fmt: skip


def organisme_lu(appel: Appel[Depots], demande: str | None) -> str | None:
    """L'organisme dont on lit les chiffres; None : tous, ce que seul le MCN peut demander.

    Lève `Introuvable` si un organisme en nomme un autre.
    """
    propre = appel.acteur.organisme
    if propre is not None and demande not in (None, propre):
        raise Introuvable("Cet organisme n'existe pas.")
    return propre or demande

"""Ligne ↔ sortie, dans les deux sens."""

from typing import Any

from pydantic import TypeAdapter

from courtier.sortie.domaine import Sortie
from socle.bd.instructions import Ligne

_SORTIE = TypeAdapter(Sortie)


def sortie_de(ligne: Ligne) -> Sortie:
    """La sortie d'une ligne de `sorties`."""
    return _SORTIE.validate_python(ligne.contenu)


def ligne_de_sortie(sortie: Sortie) -> dict[str, Any]:
    """La ligne de `sorties` d'une sortie."""
    return {
        "organisme": sortie.organisme,
        "contrat_id": sortie.contrat_id,
        "version": sortie.version,
        "etat": sortie.etat,
        "fin": sortie.fin,
        "contenu": _SORTIE.dump_python(sortie, mode="json"),
    }

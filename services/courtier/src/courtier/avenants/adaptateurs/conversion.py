"""Ligne ↔ avenant : chaque acte et chaque effet est un document JSON."""

from typing import Any

from pydantic import TypeAdapter

from courtier.avenants.domaine.avenant import Avenant
from socle.bd.instructions import Ligne

_AVENANT = TypeAdapter(Avenant)
"""En JSON, une somme est un texte."""
_TELS_QUELS = ("id", "contrat_id", "dossier_id")


def avenant_de(ligne: Ligne) -> Avenant:
    """L'avenant d'une ligne de `avenants`."""
    return _AVENANT.validate_python(ligne._asdict())


def ligne_d_avenant(avenant: Avenant) -> dict[str, Any]:
    """La ligne de `avenants` d'un avenant."""
    documents: dict[str, Any] = _AVENANT.dump_python(avenant, mode="json")
    clefs = {nom: getattr(avenant, nom) for nom in _TELS_QUELS}
    return {**documents, **clefs, "etat": avenant.etat}

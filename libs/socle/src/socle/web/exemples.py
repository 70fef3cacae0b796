"""Les réponses d'exemple d'un service : ce qu'il a vraiment répondu à ses propres exemples."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

Exemples = Mapping[str, Mapping[str, Any]]
"""Par opération, puis par statut, le corps rendu."""


def lire_exemples(fichier: Path | None) -> Exemples:
    """Les exemples gardés; rien si le service n'en a pas."""
    if fichier is None or not fichier.exists():
        return {}
    lus: Exemples = orjson.loads(fichier.read_bytes())
    return lus

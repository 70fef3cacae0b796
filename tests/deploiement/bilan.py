"""Les chiffres d'une exécution, dans `sortie/deploiement.json`."""

import fcntl
import json
from typing import Final

from tests.deploiement.outils import RACINE

BILAN: Final = RACINE / "sortie" / "deploiement.json"
Chiffre = int | float | str


class Bilan:
    """Ce que les essais ont compté, écrit à mesure."""

    @staticmethod
    def lire() -> dict[str, Chiffre]:
        """Les chiffres déjà dits; aucun si rien n'a tourné."""
        if not BILAN.exists():
            return {}
        lus: dict[str, Chiffre] = json.loads(BILAN.read_text("utf-8"))
        return lus

    @staticmethod
    def dire(**chiffres: Chiffre) -> None:
        """Ajoute ces chiffres."""
        BILAN.parent.mkdir(exist_ok=True)
        # Deux processus d'essai y écrivent.
        with BILAN.with_suffix(".verrou").open("w") as verrou:
            fcntl.flock(verrou, fcntl.LOCK_EX)
            tous = {**Bilan.lire(), **chiffres}
            BILAN.write_text(json.dumps(tous, ensure_ascii=False, indent=2) + "\n", "utf-8")

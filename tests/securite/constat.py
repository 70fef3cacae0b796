"""Les chiffres de la sécurité, ajoutés à `sortie/securite.json` : mesure, valeur, but, tenu."""

import fcntl
import json
from pathlib import Path

FICHIER = Path(__file__).parents[2] / "sortie" / "securite.json"


def constater(mesure: str, valeur: float, but: str, *, tenu: bool) -> None:
    """Écrit une mesure (la dernière remplace la précédente), puis échoue si elle n'est pas tenue.

    Plusieurs processus d'essai écrivent : le fichier se verrouille.
    """
    FICHIER.parent.mkdir(exist_ok=True)
    with FICHIER.open("a+", encoding="utf-8") as fichier:
        fcntl.flock(fichier, fcntl.LOCK_EX)
        fichier.seek(0)
        autres = [c for c in json.loads(fichier.read() or "[]") if c["mesure"] != mesure]
        constats = [*autres, {"mesure": mesure, "valeur": valeur, "but": but, "tenu": tenu}]
        fichier.seek(0)
        fichier.truncate()
        json.dump(sorted(constats, key=lambda c: str(c["mesure"])), fichier, ensure_ascii=False)
        fichier.write("\n")
    assert tenu, f"{mesure} : {valeur}, but {but}"

"""`python -m outils.tableaux` : écrit les tableaux que Grafana provisionne."""

import json
from pathlib import Path

from outils.tableaux.modele import en_grafana
from outils.tableaux.tableaux import TABLEAUX

DOSSIER = Path(__file__).parents[2] / "deploy/grafana/tableaux"


def textes() -> dict[str, str]:
    """Chaque fichier, par son nom."""
    return {
        f"{tableau.uid}.json": json.dumps(en_grafana(tableau), ensure_ascii=False, indent=1) + "\n"
        for tableau in TABLEAUX
    }


def main() -> None:
    """Récrit tous les fichiers."""
    DOSSIER.mkdir(parents=True, exist_ok=True)
    for nom, texte in textes().items():
        (DOSSIER / nom).write_text(texte, "utf-8")


if __name__ == "__main__":
    main()

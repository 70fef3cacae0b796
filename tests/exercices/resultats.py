"""Ce que les exercices mesurent, contre leurs buts : imprimé, et gardé pour les machines."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FICHIER = Path(__file__).parents[2] / "sortie" / "exercices.json"


@dataclass(frozen=True, slots=True)
class Mesure:
    """Une mesure; sans but, elle se dit seulement."""

    mesure: str
    valeur: float
    unite: str
    but: float | None = None

    @property
    def tenu(self) -> bool:
        """Vrai si elle ne passe pas son but."""
        return self.but is None or self.valeur <= self.but


def presenter(mesures: list[Mesure]) -> bool:
    """Imprime et garde; vrai si tous les buts sont tenus."""
    FICHIER.parent.mkdir(exist_ok=True)
    gardees = [{**asdict(m), "tenu": m.tenu} for m in mesures]
    FICHIER.write_text(json.dumps(gardees, ensure_ascii=False, indent=1), encoding="utf-8")
    for m in mesures:
        marque = "✓" if m.tenu else "✗"
        but = "" if m.but is None else f"   but ≤ {m.but:g}"
        print(f"  {marque} {m.mesure:<62}{m.valeur:>10.2f} {m.unite}{but}")
    return all(m.tenu for m in mesures)

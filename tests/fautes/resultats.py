"""Les chiffres d'une suite : chacun avec son but, et s'il est tenu."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

SORTIE = Path(__file__).parents[2] / "sortie" / "fautes.json"


@dataclass(frozen=True, slots=True)
class Chiffre:
    """Un chiffre mesuré. Une durée manquée se dit; une justesse manquée fait échouer."""

    nom: str
    valeur: float
    but: str
    tenu: bool
    justesse: bool = True
    precision: str = ""


@dataclass(slots=True)
class Chiffres:
    """Tous les chiffres d'une exécution."""

    liste: list[Chiffre] = field(default_factory=list)

    def nul(self, nom: str, valeur: float, precision: str = "") -> None:
        """Un manquement compté : le but est zéro."""
        self._inscrire(Chiffre(nom, valeur, "0", valeur == 0, precision=precision))

    def au_moins(self, nom: str, valeur: float, but: float, *, justesse: bool = True) -> None:
        self._inscrire(Chiffre(nom, round(valeur, 4), f"≥ {but:g}", valeur >= but, justesse))

    def au_plus(self, nom: str, valeur: float, but: float, *, justesse: bool = True) -> None:
        self._inscrire(Chiffre(nom, round(valeur, 4), f"≤ {but:g}", valeur <= but, justesse))

    def dire(self, nom: str, valeur: float) -> None:
        """Un chiffre sans but, donné pour information."""
        self._inscrire(Chiffre(nom, round(valeur, 2), "–", tenu=True, justesse=False))

    def _inscrire(self, chiffre: Chiffre) -> None:
        self.liste.append(chiffre)
        marque = "✓" if chiffre.tenu else ("✗" if chiffre.justesse else "!")
        print(f"  {marque} {chiffre.nom:<62}{chiffre.valeur:>12g}   but {chiffre.but}", flush=True)

    def valeur(self, nom: str) -> float:
        return sum(c.valeur for c in self.liste if c.nom == nom)

    @property
    def justes(self) -> bool:
        return all(c.tenu for c in self.liste if c.justesse)

    def ecrire(self, resume: dict[str, object]) -> None:
        """Écrit `sortie/fautes.json`."""
        SORTIE.parent.mkdir(exist_ok=True)
        corps = resume | {"chiffres": [asdict(c) for c in self.liste]}
        SORTIE.write_text(json.dumps(corps, ensure_ascii=False, indent=1) + "\n", "utf-8")

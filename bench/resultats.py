"""Les rapports mesurés : valeur, référence, but, et s'il est tenu."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Literal

SORTIE = Path(__file__).parents[1] / "sortie" / "bench.json"


@dataclass(frozen=True, slots=True)
class But:
    """Une borne : « au moins » ou « au plus » une valeur."""

    sens: Literal["≥", "≤"]
    borne: float

    def __str__(self) -> str:
        return f"{self.sens} {self.borne:g}"

    def tenu(self, valeur: float) -> bool:
        return valeur >= self.borne if self.sens == "≥" else valeur <= self.borne


@dataclass(frozen=True, slots=True)
class Resultat:
    """Une ligne de `sortie/bench.json`; sans référence, le but porte sur la valeur."""

    mesure: str
    valeur: float
    unite: str
    reference: float | None
    ratio: float | None
    but: str
    tenu: bool


@dataclass(slots=True)
class Resultats:
    """Tous les résultats d'une exécution, imprimés à mesure; `discret` : les manqués seuls."""

    sortie: Path = SORTIE
    discret: bool = False
    liste: list[Resultat] = field(default_factory=list)

    def rapport(
        self,
        mesure: str,
        unite: str,
        valeurs: Sequence[float],
        references: Sequence[float],
        but: But,
    ) -> None:
        """La médiane des rapports tour par tour : ce qui ralentit la machine touche les deux."""
        ratio = median(v / r for v, r in zip(valeurs, references, strict=True))
        self._noter(mesure, unite, median(valeurs), median(references), ratio, but)

    def seul(self, mesure: str, unite: str, valeurs: Sequence[float], but: But) -> None:
        """Une valeur sans référence."""
        self._noter(mesure, unite, median(valeurs), None, None, but)

    def _noter(
        self,
        mesure: str,
        unite: str,
        valeur: float,
        reference: float | None,
        ratio: float | None,
        but: But,
    ) -> None:
        tenu = but.tenu(valeur if ratio is None else ratio)
        arrondi = None if ratio is None else round(ratio, 3)
        repere = None if reference is None else round(reference, 3)
        self.liste.append(
            Resultat(mesure, round(valeur, 3), unite, repere, arrondi, str(but), tenu)
        )
        if self.discret and tenu:
            return
        compare = "" if ratio is None else f" contre {reference:>12,.1f}   rapport {ratio:6.2f}"
        print(
            f"  {'✓' if tenu else '✗ MANQUÉ'} {mesure} : {valeur:,.1f} {unite}{compare}  but {but}",
            flush=True,
        )

    def ecrire(self) -> None:
        """Écrit `sortie/bench.json`, ou le fichier voulu."""
        self.sortie.parent.mkdir(exist_ok=True)
        corps = json.dumps([asdict(r) for r in self.liste], ensure_ascii=False, indent=1)
        self.sortie.write_text(corps + "\n", "utf-8")

"""`make verifier` : toutes les règles qui se vérifient sans lancer le système, et un sommaire."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

RACINE = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
COULEURS = sys.stdout.isatty() and "NO_COLOR" not in os.environ


@dataclass(frozen=True)
class Etape:
    """Une vérification : ce qu'elle garantit, et la commande qui le dit."""

    nom: str
    commande: tuple[str, ...]


ETAPES = (
    # La plus longue d'abord : elle occupe un cœur pendant que l'autre fait le reste.
    Etape("types (mypy strict)", ("mypy",)),
    Etape("style (ruff check)", ("ruff", "check")),
    Etape("mise en forme (ruff format)", ("ruff", "format", "--check", "--quiet")),
    Etape("couches et indépendance (import-linter)", ("lint-imports", "--no-cache")),
    Etape("lints maison", ("python", "-m", "outils.lints")),
    Etape("dépendances déclarées (deptry)", ("python", "-m", "outils.audit", "dependances")),
    Etape("verrous à jour, sans adresse", ("python", "-m", "outils.audit", "verrous")),
    Etape("licences permises", ("python", "-m", "outils.audit", "licences")),
    Etape("failles connues (pip-audit)", ("python", "-m", "outils.audit", "failles")),
)


@dataclass(frozen=True)
class Resultat:
    """Ce qu'une étape a rendu."""

    etape: Etape
    code: int
    sortie: str
    duree_s: float

    @property
    def avertit(self) -> bool:
        return self.code == 0 and "Avertissement" in self.sortie

    @property
    def ligne(self) -> str:
        """« ✓ nom   1,2 s »."""
        if self.code:
            marque, couleur = "✗ échec", "31"
        elif self.avertit:
            marque, couleur = "! avis ", "33"
        else:
            marque, couleur = "✓ tenu ", "32"
        if COULEURS:
            marque = f"\033[{couleur}m{marque}\033[0m"
        duree = f"{self.duree_s:.1f}".replace(".", ",")
        return f"  {marque}  {self.etape.nom:<44}{duree:>6} s"


def executer(etape: Etape) -> Resultat:
    """Lance l'étape depuis la racine, sa sortie retenue."""
    programme, *arguments = etape.commande
    debut = time.monotonic()
    fini = subprocess.run(
        [BIN / programme, *arguments],
        cwd=RACINE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Resultat(etape, fini.returncode, fini.stdout.strip(), time.monotonic() - debut)


def main() -> int:
    """Passe toutes les étapes, deux à la fois; rend 1 si l'une échoue."""
    voulues = [e for e in ETAPES if not sys.argv[1:] or any(m in e.nom for m in sys.argv[1:])]
    with ThreadPoolExecutor(max_workers=2) as fils:
        resultats = list(fils.map(executer, voulues))
    for resultat in resultats:
        if resultat.code or resultat.avertit:
            print(f"── {resultat.etape.nom}\n{resultat.sortie}\n")
    print("Vérifications")
    for resultat in resultats:
        print(resultat.ligne)
    echecs = sum(1 for resultat in resultats if resultat.code)
    print(f"{len(resultats) - echecs} tenues, {echecs} en échec.")
    return 1 if echecs else 0


if __name__ == "__main__":
    sys.exit(main())

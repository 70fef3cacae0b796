"""Le bilan : un but par demande et par personne, tenu ou manqué, et un tableau à lire."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

from bench.resultats import SORTIE, But, Resultat, Resultats
from bench.taille.echelle import Echelle
from bench.taille.mesure import Durees
from bench.taille.plans import GRANDE, Plans
from bench.taille.releve import Appel

P95: Final = But("≤", 100)
"""Millisecondes : ce qu'un écran attend sans qu'on le remarque."""
PROFONDEUR: Final = But("≤", 1.3)
NUE: Final = But("≥", 0.5)
ENTIERS: Final = But("≤", 0)
LUES: Final = But("≤", GRANDE)
DIX_FOIS: Final = But("≤", 11)
"""Dix fois les lignes : onze fois le temps, au plus."""
_ENTETE: Final = (
    "| service | liste | qui | p95 (ms) | aux 9/10 | de la nue | lues | blocs | plan |\n"
    "|---|---|---|---|---|---|---|---|---|"
)
_SORTES: Final = (
    "parcours entiers",
    "lignes lues",
    "p95",
    "de la nue",
    "page aux 9/10",
    "dix fois les lignes",
)


@dataclass(slots=True)
class Bilan:
    """Les résultats d'une échelle; ceux des services qu'on ne mesure pas cette fois restent."""

    resultats: Resultats
    dixieme: dict[str, float]
    """Les p95 de l'échelle dix fois plus petite, s'ils ont été mesurés."""
    lignes: list[str] = field(default_factory=list)
    services: set[str] = field(default_factory=set)

    @classmethod
    def ouvrir(cls, echelle: Echelle) -> "Bilan":
        """Le bilan de cette échelle, vide."""
        petite = _sortie(Echelle(echelle.facteur / 10, echelle.graine))
        p95 = {r.mesure: r.valeur for r in _lus(petite) if r.mesure.endswith(": p95")}
        return cls(Resultats(sortie=_sortie(echelle), discret=True), p95)

    def noter(self, service: str, appel: Appel, plans: Plans, durees: Durees) -> None:
        """Ce qu'on a vu d'une demande."""
        self.services.add(service)
        if not durees.premiere:
            print(f"  non mesuré, faute de temps : {service} {appel.nom} ({appel.qui.nom})")
            return
        nom, r = f"{service} {appel.nom} ({appel.qui.nom})", self.resultats
        r.seul(f"{nom} : parcours entiers", "tables", [float(len(plans.fautifs))], ENTIERS)
        r.seul(f"{nom} : lignes lues", "lignes", [plans.lu.lignes], LUES)
        r.seul(f"{nom} : p95", "ms", [durees.p95], P95)
        r.rapport(f"{nom} : de la nue", "ms", durees.nue, durees.premiere, NUE)
        if durees.profondeur is not None:
            r.seul(f"{nom} : page aux 9/10", "fois la première", [durees.profondeur], PROFONDEUR)
        if petit := self.dixieme.get(f"{nom} : p95"):
            r.rapport(f"{nom} : dix fois les lignes", "ms", [durees.p95], [petit], DIX_FOIS)
        profondeur = "" if durees.profondeur is None else f"{durees.profondeur:.2f}"
        refus = f" {sorted(durees.refus)}" if durees.refus else ""
        plan = f"**{plans}**" if plans.fautifs else str(plans)
        lu = f"{plans.lu.lignes:.0f} | {plans.lu.blocs:.0f}"
        self.lignes.append(
            f"| {service} | {appel.nom} | {appel.qui.nom} | {durees.p95:.1f}{refus} |"
            f" {profondeur} | {durees.de_la_nue:.2f} | {lu} | {plan} |"
        )

    def ecrire(self) -> None:
        """Écrit les résultats et le tableau, en gardant ceux des autres services."""
        mesures, sortie = self.resultats.liste, self.resultats.sortie
        gardes = [r for r in _lus(sortie) if r.mesure.split(" ", 1)[0] not in self.services]
        self.resultats.liste = [*gardes, *mesures]
        self.resultats.ecrire()
        self.resultats.liste = mesures
        tableau = sortie.with_suffix(".md")
        lues = tableau.read_text("utf-8").splitlines()[2:] if tableau.exists() else []
        autres = [ligne for ligne in lues if ligne.split(" ", 2)[1] not in self.services]
        tableau.write_text("\n".join([_ENTETE, *autres, *self.lignes]) + "\n", "utf-8")

    def conclure(self) -> None:
        """Compte les buts tenus, par sorte de but."""
        for sorte in _SORTES:
            siens = [r for r in self.resultats.liste if r.mesure.endswith(f": {sorte}")]
            if not siens:
                continue
            tenus = sum(r.tenu for r in siens)
            milieu = median(r.valeur if r.ratio is None else r.ratio for r in siens)
            print(f"{sorte} : {tenus} tenus, {len(siens) - tenus} manqués, médiane {milieu:.2f}")
        print(f"Écrit : sortie/{self.resultats.sortie.name}")


def _sortie(echelle: Echelle) -> Path:
    suffixe = "" if echelle.facteur == 1 else f"-x{echelle.facteur:g}"
    return SORTIE.with_name(f"bench-taille{suffixe}.json")


def _lus(fichier: Path) -> list[Resultat]:
    if not fichier.exists():
        return []
    return [Resultat(**ligne) for ligne in json.loads(fichier.read_text("utf-8"))]

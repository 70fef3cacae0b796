"""Chaque requête de chaque panneau, devant le vrai Prometheus : elle rend des données."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from outils.tableaux.modele import Panneau, Tableau

UNITES: Final = {"percentunit": (-1.0, 1.0)}
"""Ce qu'une unité admet : une part est entre zéro et un, un écart entre moins un et un."""


@dataclass(frozen=True, slots=True)
class Lecture:
    """Ce qu'un panneau montre de la démonstration."""

    tableau: str
    panneau: str
    valeurs: tuple[float, ...] = ()
    erreur: str = ""
    vide_admis: str = ""
    unite: str = ""

    @property
    def defaut(self) -> str:
        """Ce qui ne va pas, ou rien."""
        if self.erreur:
            return self.erreur
        if not self.valeurs and not self.vide_admis:
            return "aucune donnée"
        bas, haut = UNITES.get(self.unite, (-math.inf, math.inf))
        dehors = [v for v in self.valeurs if not bas <= v <= haut]
        return f"hors de son unité : {dehors}" if dehors else ""


class Prometheus:
    """Ce qu'on demande à un Prometheus en marche."""

    def __init__(self, adresse: str) -> None:
        self.client = httpx.Client(base_url=adresse, timeout=20.0, trust_env=False)

    def interroger(self, requete: str) -> tuple[Sequence[float], str]:
        """Les valeurs d'une requête, sans les inconnues (NaN); ou l'erreur."""
        lu = self.client.get("/api/v1/query", params={"query": requete}).json()
        if lu["status"] != "success":
            return (), str(lu.get("error"))
        resultat = lu["data"]["result"]
        valeurs = [float(serie["value"][1]) for serie in resultat]
        return [v for v in valeurs if not math.isnan(v)], ""

    def lire(self, tableau: Tableau, panneau: Panneau) -> Lecture:
        """Ce que montre un panneau à cet instant."""
        valeurs, erreur = self.interroger(panneau.requete)
        return Lecture(
            tableau.uid, panneau.titre, tuple(valeurs), erreur, panneau.vide_admis, panneau.unite
        )

    def exemplaires(self, panneau: Panneau) -> set[str]:
        """Les traces que citent les mesures d'un panneau."""
        lu = self.client.get("/api/v1/query_exemplars", params={"query": panneau.requete}).json()
        return {
            exemplaire["labels"]["trace_id"]
            for serie in lu["data"]
            for exemplaire in serie["exemplars"]
        }

    def regles(self) -> list[dict[str, Any]]:
        """Les règles, telles qu'il les évalue."""
        groupes = self.client.get("/api/v1/rules").json()["data"]["groups"]
        return [regle for groupe in groupes for regle in groupe["rules"]]

    def cibles(self) -> list[dict[str, Any]]:
        """Ce qu'il relève, et comment cela va."""
        actives: list[dict[str, Any]] = self.client.get("/api/v1/targets").json()["data"][
            "activeTargets"
        ]
        return actives

    def series(self) -> int:
        """Combien de séries il tient."""
        (nombre,), _ = self.interroger('count({__name__=~".+"})')
        return int(nombre)

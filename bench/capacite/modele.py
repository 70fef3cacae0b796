"""Le modèle : une taille et des coûts donnent des débits, des cœurs, des octets, des partitions.

Chaque coût vient d'une mesure (`couts.toml` dit sa commande). Rien n'est arrondi avant la fin.
"""

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

DOSSIER = Path(__file__).parent
MOIS_PAR_AN = 12
OCCUPATION = 0.6
"""La part d'un cœur qu'un processus emploie à la pointe : le reste est pour l'imprévu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taille:
    """Ce que sert la plateforme, et comment la journée se charge."""

    organismes: int
    actifs: int
    demandes_par_mois: int
    jours_ouvrables_par_mois: int
    heures_par_jour: int
    pointe: float
    """L'heure la plus chargée, en multiples de la moyenne."""
    gestes_par_demande: int
    lectures_par_geste: float

    @classmethod
    def lire(cls, fichier: Path = DOSSIER / "taille.toml") -> Self:
        """Celle d'un fichier TOML."""
        return cls(**tomllib.loads(fichier.read_text("utf-8")))

    def fois(self, facteur: float) -> Self:
        """La même, de tant de fois plus d'organismes, d'actifs et de demandes."""
        return replace(
            self,
            organismes=round(self.organismes * facteur),
            actifs=round(self.actifs * facteur),
            demandes_par_mois=round(self.demandes_par_mois * facteur),
        )

    @property
    def demandes_par_seconde(self) -> float:
        """À la pointe."""
        secondes = self.jours_ouvrables_par_mois * self.heures_par_jour * 3600
        return self.pointe * self.demandes_par_mois / secondes

    @property
    def gestes_par_seconde(self) -> float:
        """Les écritures REST, à la pointe."""
        return self.demandes_par_seconde * self.gestes_par_demande

    @property
    def lectures_par_seconde(self) -> float:
        """Les lectures REST, à la pointe."""
        return self.gestes_par_seconde * self.lectures_par_geste


@dataclass(frozen=True, slots=True, kw_only=True)
class Couts:
    """Ce que coûte chaque chose, mesuré; les secondes sont de processeur, les octets, du disque."""

    api_par_demande: float
    """Les API, pour une demande entière et ses lectures."""
    consommateurs_par_demande: float
    relais_par_demande: float
    base_par_demande: float
    """PostgreSQL, pour les cinq services."""
    roles_au_repos: float
    """Les quinze rôles sans rien à faire, en part d'un cœur."""
    base_au_repos: float
    lignes_par_seconde: float
    """Les lignes de facture qu'émet un processus."""
    transactions_par_demande: float
    octets_par_demande: Mapping[str, float]
    """Dans la base de chaque service, index compris."""
    octets_du_bus_par_demande: float
    octets_par_ligne: float
    audits_par_demande: float
    memoire_par_role: float
    """En Mio (PSS)."""

    @classmethod
    def lire(cls, fichier: Path = DOSSIER / "couts.toml") -> Self:
        """Ceux d'un fichier TOML."""
        return cls(**tomllib.loads(fichier.read_text("utf-8"))["couts"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Besoin:
    """Ce qu'il faut à une taille."""

    taille: Taille
    couts: Couts

    @property
    def coeurs(self) -> Mapping[str, float]:
        """Les cœurs pleinement employés à la pointe, par genre de rôle."""
        vies = self.taille.demandes_par_seconde
        return {
            "API": vies * self.couts.api_par_demande + self.couts.roles_au_repos / 3,
            "consommateurs": vies * self.couts.consommateurs_par_demande
            + self.couts.roles_au_repos / 3,
            "relais": vies * self.couts.relais_par_demande + self.couts.roles_au_repos / 3,
            "PostgreSQL": vies * self.couts.base_par_demande + self.couts.base_au_repos,
        }

    @property
    def processus_api(self) -> int:
        """Les processus d'API de demandes : deux au moins, pour qu'une panne ne se voie pas."""
        return max(2, math.ceil(self.coeurs["API"] / OCCUPATION))

    @property
    def transactions_par_seconde(self) -> float:
        """Celles de PostgreSQL à la pointe, cinq services réunis."""
        return self.taille.demandes_par_seconde * self.couts.transactions_par_demande

    @property
    def partitions(self) -> int:
        """Celles d'un sujet, pour que les membres d'un groupe suivent la pointe.

        L'ordre est par clé, donc par partition : un membre de plus ne sert que s'il en a une.
        Compté comme si un seul groupe faisait le travail des cinq, ce qui est au-dessus du vrai.
        """
        return max(1, math.ceil(self.coeurs["consommateurs"] / OCCUPATION))

    @property
    def emission_secondes(self) -> float:
        """Émettre un mois de tous les organismes, une ligne par actif, un seul processus."""
        return self.taille.actifs / self.couts.lignes_par_seconde

    @property
    def octets_par_an(self) -> Mapping[str, float]:
        """Ce que chaque base, et le bus, gardent de plus par an."""
        vies = MOIS_PAR_AN * self.taille.demandes_par_mois
        bases = {nom: vies * octets for nom, octets in self.couts.octets_par_demande.items()}
        lignes = MOIS_PAR_AN * self.taille.actifs * self.couts.octets_par_ligne
        bases["facturation"] = bases.get("facturation", 0.0) + lignes
        return {**bases, "bus": vies * self.couts.octets_du_bus_par_demande}

    @property
    def audits_par_an(self) -> float:
        """Les lignes d'audit d'une année d'un service, donc d'une de ses tables."""
        return MOIS_PAR_AN * self.taille.demandes_par_mois * self.couts.audits_par_demande

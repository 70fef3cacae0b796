"""Ce que demandes sait d'un produit du ROPN : la copie locale des faits du catalogue."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal, get_args

Gamme = Literal[
    "ordinaire", "inconnue", "detachable", "intermediaire",
    "haute_performance", "tres_haute_performance",
]  # fmt: skip
GAMMES: tuple[Gamme, ...] = get_args(Gamme)
"""Les gammes de poste, de la moins à la plus exigeante (condition e)."""


class Livraison(StrEnum):
    """L'événement que sera la livraison d'un article (SLA-2)."""

    POSTE = "poste.livré"
    POSTE_VIRTUEL = "poste_virtuel.installé"
    LOGICIEL = "logiciel.installé"
    APPAREIL = "appareil.synchronisé"
    ACTIF = "actif.livré"
    AMENAGEMENT = "aménagement.complété"


_LIVRAISONS = {
    "materiel": Livraison.POSTE,
    "poste_virtuel": Livraison.POSTE_VIRTUEL,
    "logiciel": Livraison.LOGICIEL,
    "appareil_mobile": Livraison.APPAREIL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Produit:
    """L'état d'un produit (CAT-1, CAT-4) et, s'il est demandé à une date, son prix ce jour-là."""

    code: str
    sequence: int = 0
    """Le numéro de l'événement qui l'a dit; le plus haut vaut."""
    libelle: str
    sorte: str
    statut: str
    noyau: bool
    normalise: bool
    gamme: Gamme
    reserve_hauts_dirigeants: bool
    tarifs: tuple[str, ...]
    prix: Decimal | None = None

    @property
    def livraison(self) -> Livraison:
        """L'événement qui dira sa livraison; « actif.livré » hors des sortes mesurées."""
        return _LIVRAISONS.get(self.sorte, Livraison.ACTIF)

    @property
    def est_poste(self) -> bool:
        return self.livraison in {Livraison.POSTE, Livraison.POSTE_VIRTUEL}

    @property
    def est_logiciel_payant(self) -> bool:
        """Un logiciel hors noyau, à prix positif (condition c)."""
        return self.sorte == "logiciel" and not self.noyau and bool(self.prix and self.prix > 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrixDate:
    """Le prix d'un produit sur `[debut, fin)`, en dollars (CAT-2)."""

    produit: str
    version: int
    debut: date
    fin: date | None
    prix: Decimal

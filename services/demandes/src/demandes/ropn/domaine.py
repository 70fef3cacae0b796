"""Ce que demandes sait d'un produit du ROPN : la copie locale des faits du catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from noyau import Chronologie, FaitNomme, Predicat, Retrait, Version

GAMMES = (
    "ordinaire", "inconnue", "detachable", "intermediaire",
    "haute_performance", "tres_haute_performance",
)  # fmt: skip
"""Les gammes de poste connues, de la moins à la plus exigeante (CAT-4)."""


def gamme_de(gammes: Iterable[str]) -> str | None:
    """La plus exigeante de ces gammes; une qu'on ne connaît pas l'emporte : elle est à juger."""
    rangs = {gamme: rang for rang, gamme in enumerate(GAMMES)}
    return max(gammes, key=lambda gamme: rangs.get(gamme, len(rangs)), default=None)


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
    gamme: str
    reserve_hauts_dirigeants: bool
    tarifs: tuple[str, ...]
    duree_de_vie_mois: int | None = None
    """Remplacé avant, un actif l'est prématurément (FAC-2); None : le CSC en décide."""
    prix: Decimal | None = None
    a_des_prix: bool = False
    """Un prix vaut pour lui un autre jour, s'il n'en vaut pas ce jour-là."""

    @property
    def attend_son_prix(self) -> bool:
        """Payant, sans prix ce jour-là : on ne sait encore ce qu'il coûterait (CAT-2)."""
        return self.a_des_prix and self.prix is None

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FicheHoraire:
    """Une version d'une fiche : ce que doivent dire des heures pour y trouver un tarif (CAT-9)."""

    fiche: str
    version: int
    debut: date
    tarifs: tuple[Predicat, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FicheRetiree:
    """Une version de fiche qui ne vaudra pas (CAT-2)."""

    fiche: str
    version: int
    debut: date


@dataclass(frozen=True, slots=True)
class TarifsHoraires:
    """Les tarifs que du temps travaillé peut devoir, datés."""

    fiches: tuple[Chronologie[FicheHoraire], ...]

    @classmethod
    def de(
        cls, fiches: Iterable[FicheHoraire], retirees: Iterable[FicheRetiree]
    ) -> "TarifsHoraires":
        """Les versions connues, moins celles qui ont été retirées."""
        versions: defaultdict[str, list[Version[FicheHoraire]]] = defaultdict(list)
        retraits: defaultdict[str, list[Retrait]] = defaultdict(list)
        for f in fiches:
            versions[f.fiche].append(Version(f.version, f.debut, f))
        for r in retirees:
            retraits[r.fiche].append(Retrait(r.debut, r.version))
        return cls(tuple(Chronologie.de(siennes, retraits[f]) for f, siennes in versions.items()))

    def admettent(self, faits: Mapping[str, FaitNomme], jour: date) -> bool:
        """Vrai si une fiche en vigueur ce jour-là a un tarif pour ces heures."""
        du_jour = (chronologie.en_vigueur(jour) for chronologie in self.fiches)
        return any(si.vrai(faits) for version in du_jour if version for si in version.valeur.tarifs)


ElementRopn: TypeAlias = Produit | PrixDate | FicheHoraire | FicheRetiree
"""Ce que l'on garde du catalogue."""

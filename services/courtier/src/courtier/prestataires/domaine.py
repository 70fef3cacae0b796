"""Les prestataires de services que le MCN a qualifiés : leurs volets, leur temps (CI-11).

Leurs services s'acquièrent hors du Catalogue : nul contrat spécifique n'en porte (CI-17).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from noyau import Acte, Conflit, TransitionImpossible, jour_de_quebec


class Volet(StrEnum):
    """Ce pour quoi un prestataire est qualifié."""

    ANALYSE_PRELIMINAIRE = "analyse_preliminaire"
    GESTION_CHANGEMENT = "gestion_changement"
    MIGRATION = "migration"
    INTEGRATION = "integration"


@dataclass(frozen=True, slots=True, kw_only=True)
class FichePrestataire:
    """Ce que le Catalogue dit d'un prestataire, qualifié sur [debut, fin), dates de Québec.

    Lève `Conflit` (CI-11) si la fin ne suit pas le début, ou si un volet se répète.
    """

    nom: str
    neq: str | None
    volets: tuple[Volet, ...]
    personne_ressource: str | None
    """Par son identifiant professionnel seulement."""
    debut: date
    fin: date | None

    def __post_init__(self) -> None:
        if self.fin is not None and self.fin <= self.debut:
            raise Conflit("La fin d'une qualification suit son début.", regle="CI-11")
        if len(set(self.volets)) < len(self.volets):
            raise Conflit("Un volet ne se dit qu'une fois.", regle="CI-11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prestataire:
    """Un prestataire de services; retiré, sa qualification a pris fin avant le temps prévu."""

    id: UUID
    version: int
    fiche: FichePrestataire
    motif_retrait: str | None = None

    def qualifie(self, le: date) -> bool:
        fiche = self.fiche
        return fiche.debut <= le and (fiche.fin is None or le < fiche.fin)

    def modifier(self, changements: Mapping[str, Any], acte: Acte) -> "Prestataire":
        """La fiche dont ces champs sont remplacés; si rien n'y change, le prestataire même.

        Lève `Conflit` (CI-11) si la qualification changeait un jour déjà passé.
        """
        fiche = replace(self.fiche, **changements)
        if fiche == self.fiche:
            return self
        _exiger_meme_passe(self.fiche, fiche, jour_de_quebec(acte.le))
        return replace(self, version=self.version + 1, fiche=fiche)

    def retirer(self, le: date, motif: str, acte: Acte) -> "Prestataire":
        """La qualification finit ce jour-là, aujourd'hui ou plus tard.

        Lève `Conflit` (CI-11) si ce jour est passé ou n'est pas de la qualification;
        `TransitionImpossible` si elle a déjà pris fin.
        """
        aujourdhui = jour_de_quebec(acte.le)
        if self.fiche.fin is not None and self.fiche.fin <= aujourdhui:
            raise TransitionImpossible("retrait", "fini", (), regle="CI-11")
        if le < aujourdhui:
            raise Conflit("Une qualification ne se retire pas dans le passé.", regle="CI-11")
        if le <= self.fiche.debut or (self.fiche.fin is not None and le > self.fiche.fin):
            raise Conflit("Ce jour n'est pas de la qualification.", regle="CI-11")
        fiche = replace(self.fiche, fin=le)
        return replace(self, version=self.version + 1, fiche=fiche, motif_retrait=motif)


def _exiger_meme_passe(avant: FichePrestataire, apres: FichePrestataire, aujourdhui: date) -> None:
    """Ni le début ni la fin ne bougent d'un jour passé, ou vers un jour passé."""
    for ancien, nouveau in ((avant.debut, apres.debut), (avant.fin, apres.fin)):
        passe = any(jour is not None and jour < aujourdhui for jour in (ancien, nouveau))
        if ancien != nouveau and passe:
            raise Conflit("La qualification ne change pas pour un jour passé.", regle="CI-11")

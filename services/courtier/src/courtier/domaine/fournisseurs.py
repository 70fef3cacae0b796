"""Le fournisseur d'offres infonuagiques et sa fiche au Catalogue (CI-11)."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypedDict
from uuid import UUID

from socle.noyau import VersionPerimee


class Zone(StrEnum):
    """Où se trouve un centre de données, au regard de l'EFVP (CI-13)."""

    QUEBEC = "quebec"
    CANADA = "canada"
    """Ailleurs au Canada."""
    RGPD = "rgpd"
    """Union européenne, ou pays dont la loi reprend le RGPD."""
    ADEQUATION = "adequation"
    """Pays ou organisation visé par une décision d'adéquation."""
    AUTRE = "autre"


@dataclass(frozen=True, slots=True)
class LieuHebergement:
    """Un lieu où les données peuvent être hébergées."""

    lieu: str
    zone: Zone


@dataclass(frozen=True, slots=True)
class PersonneRessource:
    """Une personne à joindre chez le fournisseur, par son identifiant professionnel seulement."""

    fonction: str
    identifiant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fiche:
    """Ce que le Catalogue dit d'un fournisseur (CI-11)."""

    nom: str
    neq: str | None
    pays: str
    """Code ISO 3166 à deux lettres."""
    partenaire: str | None
    """L'entreprise qui exécute les contrats avec le fournisseur, s'il y en a une."""
    personnes_ressources: tuple[PersonneRessource, ...]
    lieux_hebergement: tuple[LieuHebergement, ...]
    developpement_durable: tuple[str, ...]
    accessibilite: str
    conditions: str
    """Les conditions contractuelles du fournisseur, par leur référence."""
    annexe_modificative: str
    """L'annexe négociée par le Courtier, par sa référence."""


class ChangementsFiche(TypedDict, total=False):
    """Les champs d'une fiche à remplacer; un champ absent ne change pas."""

    nom: str
    neq: str | None
    pays: str
    partenaire: str | None
    personnes_ressources: tuple[PersonneRessource, ...]
    lieux_hebergement: tuple[LieuHebergement, ...]
    developpement_durable: tuple[str, ...]
    accessibilite: str
    conditions: str
    annexe_modificative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fournisseur:
    """Un fournisseur avec qui le Courtier traite."""

    id: UUID
    version: int
    fiche: Fiche

    def modifier(self, changements: ChangementsFiche, *, version_lue: int) -> "Fournisseur":
        """La fiche changée; lève `VersionPerimee` si l'appelant en avait lu une autre version."""
        if version_lue != self.version:
            raise VersionPerimee(
                f"La fiche du fournisseur en est à la version {self.version}, non {version_lue}."
            )
        return replace(self, version=self.version + 1, fiche=replace(self.fiche, **changements))

"""Les fournisseurs : leur fiche, leurs conditions publiées, leurs preuves de sécurité (CI-11)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from noyau import Acte, Chronologie, Conflit, Version, jour_de_quebec


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fournisseur:
    """Un fournisseur avec qui le Courtier traite."""

    id: UUID
    version: int
    fiche: Fiche

    def modifier(self, changements: Mapping[str, Any]) -> "Fournisseur":
        """La fiche dont ces champs sont remplacés; si rien n'y change, le fournisseur même."""
        fiche = replace(self.fiche, **changements)
        return self if fiche == self.fiche else replace(self, version=self.version + 1, fiche=fiche)


# Conditions publiées


class NatureDocument(StrEnum):
    """Ce qu'un document publié d'un fournisseur établit; le contrat spécifique l'annexe."""

    CONDITIONS = "conditions"
    ANNEXE_MODIFICATIVE = "annexe_modificative"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPublie:
    """Une version d'un document d'un fournisseur, et le jour de Québec où elle prend effet."""

    nature: NatureDocument
    version: int
    """Croît de un d'une version à la suivante, pour ce fournisseur et cette nature."""
    reference: str
    empreinte: str
    """SHA-256 du document, en hexadécimal."""
    en_vigueur_le: date
    publie_par: str
    publie_le: datetime


@dataclass(frozen=True, slots=True)
class DocumentsPublies:
    """Toutes les versions des documents d'un fournisseur; aucune ne s'efface (CI-12)."""

    versions: tuple[DocumentPublie, ...] = ()

    def en_vigueur(self, nature: NatureDocument, le: date) -> DocumentPublie | None:
        """Le document qui vaut ce jour-là; d'un même jour, la dernière version publiée."""
        datees = Chronologie.de(
            Version(d.version, d.en_vigueur_le, d) for d in self.versions if d.nature is nature
        )
        version = datees.en_vigueur(le)
        return version.valeur if version else None

    def publier(
        self,
        nature: NatureDocument,
        *,
        reference: str,
        empreinte: str,
        en_vigueur_le: date,
        acte: Acte,
    ) -> DocumentPublie:
        """La version suivante; lève `Conflit` (CI-12) dans le passé, ou si elle ne change rien."""
        if en_vigueur_le < jour_de_quebec(acte.le):
            raise Conflit("Un document ne prend pas effet dans le passé.", regle="CI-12")
        courant = self.en_vigueur(nature, en_vigueur_le)
        if courant is not None and courant.empreinte == empreinte:
            raise Conflit(
                f"Ce document est déjà la version {courant.version}, qui vaut ce jour-là.",
                regle="CI-12",
                details={"version": courant.version},
            )
        return DocumentPublie(
            nature=nature,
            version=1 + sum(d.nature is nature for d in self.versions),
            reference=reference,
            empreinte=empreinte,
            en_vigueur_le=en_vigueur_le,
            publie_par=acte.acteur.sujet,
            publie_le=acte.le,
        )


# Preuves de sécurité


class NaturePreuve(StrEnum):
    """Ce par quoi un fournisseur démontre sa sécurité au Courtier."""

    DEMONSTRATION = "demonstration"
    RAPPORT_AUDIT = "rapport_audit"
    CERTIFICATION = "certification"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreuveSecurite:
    """Une preuve remise au Courtier, et à lui seul : nul organisme ne la lit (CI-11)."""

    id: UUID
    fournisseur_id: UUID
    nature: NaturePreuve
    titre: str
    empreinte: str
    datee_du: date
    expire_le: date | None
    """Le premier jour où elle ne vaut plus; absent : elle ne le dit pas."""
    deposee_par: str
    deposee_le: datetime

    def __post_init__(self) -> None:
        if self.datee_du > jour_de_quebec(self.deposee_le):
            raise Conflit("Une preuve ne se date pas dans l'avenir.", regle="CI-11")
        if self.expire_le is not None and self.expire_le <= self.datee_du:
            raise Conflit("Une preuve expire après sa date.", regle="CI-11")

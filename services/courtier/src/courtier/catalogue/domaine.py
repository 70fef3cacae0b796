"""Le Catalogue : qui offre quoi, sous quelle entente-cadre, à quel prix (CI-11, CI-12)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from calendrier import Calendrier, JourHorsCalendrier
from noyau import (
    Acte,
    Chronologie,
    Conflit,
    Fait,
    TransitionImpossible,
    Version,
    jour_de_quebec,
)

# Fournisseurs et ententes-cadres


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EntenteCadre:
    """L'accord du Courtier et d'un fournisseur, en vigueur sur [debut, fin), dates de Québec."""

    id: UUID
    numero: str
    fournisseur_id: UUID
    debut: date
    fin: date

    def __post_init__(self) -> None:
        if self.fin <= self.debut:
            raise Conflit("La fin d'une entente-cadre suit son début.", regle="CI-11")

    def en_vigueur(self, le: date) -> bool:
        return self.debut <= le < self.fin


# Offres


class Qualification(StrEnum):
    """Le jugement du Courtier sur une offre; seule une offre qualifiée se contracte (CI-14)."""

    EN_ANALYSE = "en_analyse"
    QUALIFIEE = "qualifiee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caracteristiques:
    """Ce qu'une version de l'offre décrit; se change en tout temps (CI-12)."""

    titre: str
    categorie: str
    """Code d'une catégorie du Catalogue; aucune n'admet de services professionnels (CI-17)."""
    description: str
    entente_id: UUID
    qualification: Qualification
    lieux_hebergement: tuple[LieuHebergement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OffrePubliee(Fait):
    """Une version d'une offre paraît au Catalogue (CI-11, CI-12)."""

    offre: "Offre"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offre:
    """Une offre d'un fournisseur, dans une de ses versions."""

    id: UUID
    fournisseur_id: UUID
    version: int
    publiee: bool
    depuis: datetime
    """L'instant où cette version est née."""
    caracteristiques: Caracteristiques

    @classmethod
    def inscrire(
        cls,
        identifiant: UUID,
        caracteristiques: Caracteristiques,
        *,
        entente: EntenteCadre,
        categories: Container[str],
        acte: Acte,
    ) -> "Offre":
        """La première version, pas encore publiée, du fournisseur de l'entente-cadre."""
        _exiger_categorie(caracteristiques.categorie, categories)
        return cls(
            id=identifiant,
            fournisseur_id=entente.fournisseur_id,
            version=1,
            publiee=False,
            depuis=acte.le,
            caracteristiques=caracteristiques,
        )

    def modifier(
        self,
        caracteristiques: Caracteristiques,
        *,
        entente: EntenteCadre,
        categories: Container[str],
        acte: Acte,
    ) -> tuple["Offre", OffrePubliee | None]:
        """Une nouvelle version; publiée aussitôt si l'offre l'est déjà (CI-12).

        Lève `Conflit` si la catégorie est inconnue ou si l'entente est d'un autre fournisseur.
        """
        _exiger_categorie(caracteristiques.categorie, categories)
        if entente.fournisseur_id != self.fournisseur_id:
            raise Conflit("L'entente-cadre est celle d'un autre fournisseur.", regle="CI-11")
        nouvelle = replace(
            self, version=self.version + 1, depuis=acte.le, caracteristiques=caracteristiques
        )
        return nouvelle, OffrePubliee(offre=nouvelle, survenu_le=acte.le) if self.publiee else None

    def publier(self, acte: Acte) -> tuple["Offre", OffrePubliee]:
        """Inscrit l'offre au Catalogue; lève `TransitionImpossible` si elle y est déjà."""
        if self.publiee:
            raise TransitionImpossible("publication", "publiee", ["version"], regle="CI-11")
        publiee = replace(self, version=self.version + 1, publiee=True, depuis=acte.le)
        return publiee, OffrePubliee(offre=publiee, survenu_le=acte.le)


def _exiger_categorie(categorie: str, categories: Container[str]) -> None:
    if categorie not in categories:
        raise Conflit(
            f"« {categorie} » n'est pas une catégorie de solutions du Catalogue.", regle="CI-11"
        )


# Prix


def dollars(valeur: Decimal) -> Decimal:
    """La même valeur, écrite avec deux décimales au moins et sans zéro de trop."""
    au_cent = valeur.quantize(Decimal("0.01"))
    return au_cent if au_cent == valeur else valeur.normalize()


class Periodicite(StrEnum):
    """Ce que paie une unité d'une composante : un mois, une année, ou une fois au contrat."""

    MOIS = "mois"
    ANNEE = "annee"
    UNIQUE = "unique"


class Paiement(StrEnum):
    """Quand le fournisseur se fait payer (CI-14)."""

    A_LA_SIGNATURE = "a_la_signature"
    A_L_USAGE = "a_l_usage"
    PAR_PERIODE = "par_periode"


@dataclass(frozen=True, slots=True, kw_only=True)
class Composante:
    """Une part du prix d'une offre; `prix` : dollars par unité et par période (CI-14)."""

    code: str
    libelle: str
    unite: str
    periodicite: Periodicite
    prix: Decimal


@dataclass(frozen=True, slots=True)
class Indexation:
    """La part (0,03) ajoutée au prix tous les tant de mois du contrat, composée."""

    taux: Decimal
    tous_les_mois: int


@dataclass(frozen=True, slots=True)
class Modalites:
    """Comment le fournisseur se fait payer; sans indexation, les prix sont fermes (CI-14)."""

    paiement: Paiement = Paiement.PAR_PERIODE
    baisse_permise: bool = False
    indexation: Indexation | None = None


BASE = "base"
"""Le code de la composante que porte toute offre."""


@dataclass(frozen=True, slots=True)
class Composition:
    """Ce que coûte une offre : sa base, ce qui s'y ajoute, et comment cela se paie.

    Lève `Conflit` (CI-14) si la base manque ou si deux composantes ont le même code.
    """

    composantes: tuple[Composante, ...]
    modalites: Modalites

    def __post_init__(self) -> None:
        codes = [c.code for c in self.composantes]
        if BASE not in codes:
            raise Conflit(f"Un prix porte sa composante « {BASE} ».", regle="CI-14")
        doubles = sorted({code for code in codes if codes.count(code) > 1})
        if doubles:
            raise Conflit(f"Deux composantes se nomment : {', '.join(doubles)}.", regle="CI-14")

    @classmethod
    def simple(cls, prix: Decimal) -> "Composition":
        """La forme courte : une base, tant de dollars par unité et par mois, ferme."""
        base = Composante(
            code=BASE, libelle="Base", unite="unite", periodicite=Periodicite.MOIS, prix=prix
        )
        return cls((base,), Modalites())

    @property
    def par_code(self) -> Mapping[str, Composante]:
        return {c.code: c for c in self.composantes}


@dataclass(frozen=True, slots=True)
class Prix:
    """Une version du prix d'une offre."""

    version: int
    en_vigueur_le: date
    composition: Composition
    publie_le: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PrixPublie(Fait):
    """Une version du prix d'une offre est publiée (CI-12)."""

    offre_id: UUID
    prix: Prix


@dataclass(frozen=True, slots=True)
class GrillePrix:
    """Toutes les versions du prix d'une offre, dans l'ordre de leur publication."""

    offre_id: UUID
    versions: tuple[Prix, ...] = ()

    def en_vigueur(self, le: date) -> Prix | None:
        """Le prix qui vaut ce jour-là; aucun avant le premier."""
        datees = Chronologie.de(Version(p.version, p.en_vigueur_le, p) for p in self.versions)
        version = datees.en_vigueur(le)
        return version.valeur if version else None

    def publier(
        self,
        composition: Composition,
        en_vigueur_le: date,
        *,
        offre: Offre,
        calendrier: Calendrier,
        acte: Acte,
    ) -> PrixPublie:
        """La version suivante du prix de cette offre.

        Une version à venir en remplace une autre de même date, qui reste consultable; un prix déjà
        en vigueur ne change pas. Lève `Conflit` (CI-12) si la date n'est pas le premier jour
        ouvrable d'un mois, est passée, ou porte un prix déjà en vigueur; (CI-11) si l'offre n'est
        pas publiée.
        """
        if not offre.publiee:
            raise Conflit("L'offre n'est pas encore publiée au Catalogue.", regle="CI-11")
        _exiger_premier_ouvrable(en_vigueur_le, calendrier)
        aujourdhui = jour_de_quebec(acte.le)
        if en_vigueur_le < aujourdhui:
            raise Conflit(
                f"Un prix ne prend pas effet dans le passé (le {en_vigueur_le.isoformat()}).",
                regle="CI-12",
            )
        if en_vigueur_le == aujourdhui and any(
            p.en_vigueur_le == en_vigueur_le for p in self.versions
        ):
            raise Conflit("Le prix en vigueur aujourd'hui ne change plus.", regle="CI-12")
        version = Prix(len(self.versions) + 1, en_vigueur_le, composition, acte.le)
        return PrixPublie(offre_id=self.offre_id, prix=version, survenu_le=acte.le)


@dataclass(frozen=True, slots=True)
class OffreAuCatalogue:
    """Une offre dans sa version présente, et toutes les versions de son prix."""

    offre: Offre
    grille: GrillePrix


def _exiger_premier_ouvrable(jour: date, calendrier: Calendrier) -> None:
    try:
        attendu = calendrier.premier_ouvrable_du_mois(jour.year, jour.month)
    except JourHorsCalendrier as erreur:
        raise Conflit(str(erreur), regle="CI-12") from erreur
    if jour != attendu:
        raise Conflit(
            "Un prix prend effet le premier jour ouvrable d'un mois : "
            f"le {attendu.isoformat()}, non le {jour.isoformat()}.",
            regle="CI-12",
            details={"premier_jour_ouvrable": attendu.isoformat()},
        )

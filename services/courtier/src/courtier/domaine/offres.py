"""L'offre infonuagique, ses versions et sa publication au Catalogue (CI-11, CI-12)."""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from courtier.domaine.ententes import EntenteCadre
from courtier.domaine.fournisseurs import LieuHebergement
from socle.noyau import Acte, Conflit, Fait, TransitionImpossible


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
    ) -> tuple["Offre", "OffrePubliee | None"]:
        """Une nouvelle version; publiée aussitôt si l'offre l'est déjà (CI-12).

        Lève `Conflit` si la catégorie est inconnue ou si l'entente est d'un autre fournisseur.
        """
        _exiger_categorie(caracteristiques.categorie, categories)
        if entente.fournisseur_id != self.fournisseur_id:
            raise Conflit("L'entente-cadre est celle d'un autre fournisseur.", regle="CI-11")
        nouvelle = replace(
            self, version=self.version + 1, depuis=acte.le, caracteristiques=caracteristiques
        )
        return nouvelle, OffrePubliee(nouvelle) if self.publiee else None

    def publier(self, acte: Acte) -> tuple["Offre", "OffrePubliee"]:
        """Inscrit l'offre au Catalogue; lève `TransitionImpossible` si elle y est déjà."""
        if self.publiee:
            raise TransitionImpossible("publication", "publiee", ["version"], regle="CI-11")
        publiee = replace(self, version=self.version + 1, publiee=True, depuis=acte.le)
        return publiee, OffrePubliee(publiee)


@dataclass(frozen=True, slots=True)
class OffrePubliee(Fait):
    """Une version d'une offre paraît au Catalogue (CI-11, CI-12)."""

    offre: Offre


def _exiger_categorie(categorie: str, categories: Container[str]) -> None:
    if categorie not in categories:
        raise Conflit(
            f"« {categorie} » n'est pas une catégorie de solutions du Catalogue.", regle="CI-11"
        )

"""Les offres : ce qu'elles décrivent, leur publication, leur retrait (CI-11, CI-12)."""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from uuid import UUID

from calendrier import date_longue
from courtier.catalogue.domaine.ententes import EntenteCadre
from courtier.catalogue.domaine.fournisseurs import LieuHebergement, PersonneRessource
from noyau import Acte, Conflit, Fait, TransitionImpossible, jour_de_quebec


class Qualification(StrEnum):
    """Le jugement du Courtier sur une offre; seule une offre qualifiée se contracte (CI-14)."""

    EN_ANALYSE = "en_analyse"
    QUALIFIEE = "qualifiee"


class EtatOffre(StrEnum):
    """Ce qu'est une offre un jour donné : le jugement du Courtier, ou son retrait."""

    EN_ANALYSE = "en_analyse"
    QUALIFIEE = "qualifiee"
    RETIREE = "retiree"


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Ce que le fournisseur impose au moins; absent, il n'impose rien (CI-14)."""

    quantite_minimale: int | None = None
    """Le nombre d'unités de la base, à tout mois du contrat."""
    duree_minimale_mois: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """Ce qu'une unité de la base sert : tant d'usagers, ou tant de capacité (CI-14)."""

    mesure: str
    """Le code de ce que le besoin compte : « usager », « gigaoctet »."""
    par_unite: Decimal

    def unites(self, besoin: Decimal) -> int:
        """Le plus petit nombre d'unités entières qui sert ce besoin."""
        return int((besoin / self.par_unite).to_integral_value(ROUND_CEILING))


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
    activites_entree: str = ""
    activites_sortie: str = ""
    assistance: str = ""
    formation: str = ""
    accessibilite: str = ""
    developpement_durable: tuple[str, ...] = ()
    engagement: Engagement | None = None
    conversion: Conversion | None = None
    responsable_technique: PersonneRessource | None = None
    """Qui répond de la technique chez le fournisseur."""


@dataclass(frozen=True, slots=True)
class RetraitOffre:
    """Le premier jour (de Québec) où l'offre n'entre plus dans un contrat, et pourquoi."""

    le: date
    motif: str


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
    retrait: RetraitOffre | None = None

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

    def retiree(self, le: date) -> bool:
        """Vrai du jour de son retrait, et ensuite."""
        return self.retrait is not None and self.retrait.le <= le

    def etat(self, le: date) -> EtatOffre:
        """Ce que cette version dit de l'offre ce jour-là."""
        if self.retiree(le):
            return EtatOffre.RETIREE
        return EtatOffre(self.caracteristiques.qualification)

    def modifier(
        self,
        caracteristiques: Caracteristiques,
        *,
        entente: EntenteCadre,
        categories: Container[str],
        acte: Acte,
    ) -> tuple["Offre", OffrePubliee | None]:
        """Une nouvelle version; publiée aussitôt si l'offre l'est déjà (CI-12).

        Le retrait dit le reste. Lève `Conflit` si la catégorie est inconnue ou si l'entente est
        d'un autre fournisseur.
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

    def retirer(self, le: date, motif: str, acte: Acte) -> tuple["Offre", OffrePubliee]:
        """Retire l'offre à compter de ce jour; d'ici là, le retrait se redate.

        Les contrats en cours la gardent. Lève `Conflit` (CI-11) si elle n'est pas publiée ou si le
        jour est passé; `TransitionImpossible` si elle est déjà retirée.
        """
        aujourdhui = jour_de_quebec(acte.le)
        if not self.publiee:
            raise Conflit("L'offre n'est pas encore publiée au Catalogue.", regle="CI-11")
        if self.retiree(aujourdhui):
            raise TransitionImpossible("retrait", EtatOffre.RETIREE, (), regle="CI-11")
        if le < aujourdhui:
            raise Conflit(
                f"Une offre ne se retire pas dans le passé : {date_longue(le)}.", regle="CI-11"
            )
        retiree = replace(
            self, version=self.version + 1, depuis=acte.le, retrait=RetraitOffre(le, motif)
        )
        return retiree, OffrePubliee(offre=retiree, survenu_le=acte.le)


def _exiger_categorie(categorie: str, categories: Container[str]) -> None:
    if categorie not in categories:
        raise Conflit(
            f"« {categorie} » n'est pas une catégorie de solutions du Catalogue.", regle="CI-11"
        )

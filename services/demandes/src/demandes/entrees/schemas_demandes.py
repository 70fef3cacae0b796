"""Les corps des routes des demandes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, ConfigDict, Field

from contrats.base import CodeOrganisme, CodeProduit
from demandes.cas_usage.creer_demande import CreerDemande
from demandes.domaine.demande import Etat, Geste, Sorte, Travail
from demandes.domaine.mesure import UNITES_MAX, Besoin
from demandes.domaine.produit import Gamme, Livraison
from socle.web import Entree, Sortie

Texte = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Motif = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^[^\x00]*$")]
Survenue = Annotated[
    AwareDatetime | None, Field(description="L'instant du fait; absent : maintenant. Jamais futur.")
]


class ArticleIn(Entree):
    """Un produit du ROPN voulu; chaque unité deviendra un article, puis un actif (DEM-7)."""

    produit: CodeProduit
    quantite: int = Field(default=1, ge=1, le=UNITES_MAX)
    utilisateur_id: Texte | None = None
    site: Texte | None = None
    haut_dirigeant: bool = Field(default=False, description="L'utilisateur l'est (CAT-3).")


class DemandeIn(Entree):
    """Ce que l'organisme veut (DEM-1)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "organisme": "MTQ",
                    "sorte": "poste_physique",
                    "articles": [{"produit": "PORTABLE-14"}, {"produit": "MON-24", "quantite": 2}],
                    "utilisateur_id": "u-1001",
                    "site": "QC-700RL",
                    "soumettre": True,
                }
            ]
        }
    )

    organisme: CodeOrganisme | None = Field(
        default=None, description="Requis pour un jeton du MCN; sinon celui du jeton."
    )
    sorte: Sorte
    articles: list[ArticleIn] = Field(default_factory=list, max_length=UNITES_MAX)
    utilisateur_id: Texte | None = None
    site: Texte | None = None
    soumettre: bool = Field(default=False, description="Faux : la demande reste un brouillon.")

    def commande(self, demande_id: UUID, organisme: str) -> CreerDemande:
        return CreerDemande(
            demande_id=demande_id,
            organisme=organisme,
            sorte=self.sorte,
            besoins=tuple(Besoin(**article.model_dump()) for article in self.articles),
            utilisateur_id=self.utilisateur_id,
            site=self.site,
            soumettre=self.soumettre,
        )


class SansCorpsIn(Entree):
    """Rien à dire de plus; un corps vide est permis."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})


class FaitIn(Entree):
    """Un acte, à l'instant où il est survenu."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"survenu_le": "2026-09-08T13:30:00Z"}]}
    )

    survenu_le: Survenue = None


class MotifIn(FaitIn):
    """Un acte dont le motif est requis (DEM-4)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"motif": "En attente du choix du site."}]}
    )

    motif: Motif


class MotifFacultatifIn(FaitIn):
    """Un acte dont le motif est facultatif."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"motif": "Besoin disparu."}]})

    motif: Motif | None = None


class RefusIn(Entree):
    """Pourquoi le signataire refuse."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"motif": "Budget épuisé."}]})

    motif: Motif


class LivraisonIn(FaitIn):
    """L'article livré (une unité)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"article_id": "7d0c8a52-5b0e-5c1e-9b7e-3f2c1a0b9d11"}]}
    )

    article_id: UUID


class TravailCorps(Entree):
    """Du temps travaillé, en minutes, au tarif horaire nommé."""

    model_config = ConfigDict(from_attributes=True)

    tarif: Annotated[str, Field(pattern=r"^AMENAGEMENT-(BUR|INFRA)$", examples=["AMENAGEMENT-BUR"])]
    minutes: int = Field(ge=1, le=60_000)

    def valeur(self) -> Travail:
        return Travail(tarif=self.tarif, minutes=self.minutes)


class CompletionIn(FaitIn):
    """La fin d'un aménagement, avec le temps travaillé, ou d'une demande de soutien étendu."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"travaux": [{"tarif": "AMENAGEMENT-BUR", "minutes": 90}]}]}
    )

    travaux: list[TravailCorps] = Field(default_factory=list, max_length=50)


class ReouvertureIn(MotifIn):
    """Les articles à livrer de nouveau; absents : tous."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"motif": "Écran défectueux."}]})

    articles: list[UUID] | None = Field(default=None, max_length=UNITES_MAX)


class ArticleOut(Sortie):
    """Un article : une unité à livrer, et l'événement que sera sa livraison."""

    id: UUID
    livraison: Livraison
    produit: str | None
    utilisateur_id: str | None
    site: str | None
    haut_dirigeant: bool
    livre_le: datetime | None
    actif_id: UUID | None
    travaux: list[TravailCorps]


class FaitsOut(Sortie):
    """Les faits de mesure, calculés des produits (DEM-2)."""

    approbation_requise: bool
    acquisition_multiple: bool
    configuration_normalisee: bool
    logiciel_payant: bool
    gamme: Gamme | None


class DemandeOut(Sortie):
    """Une demande."""

    id: UUID
    numero: str
    organisme: str
    sorte: Sorte
    etat: Etat
    demandeur: str
    articles: list[ArticleOut]
    faits: FaitsOut
    cree_le: datetime
    soumise_le: datetime | None
    completee_le: datetime | None
    version: int


class PassageOut(Sortie):
    """Un passage de la chronologie (DEM-4)."""

    rang: int
    geste: Geste
    avant: Etat
    apres: Etat
    survenu_le: datetime
    enregistre_le: datetime
    acteur: str
    motif: str | None
    signataire_id: UUID | None
    au_nom_de_id: UUID | None
    article_id: UUID | None

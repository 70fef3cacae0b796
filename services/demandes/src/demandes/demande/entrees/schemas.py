"""Les corps des routes des demandes."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, CodeProduit
from demandes.corps import RectificationOut, TempsTravailleCorps
from demandes.demande.cas_usage import CreerDemande, LigneChronologie
from demandes.demande.domaine.composition import UNITES_MAX, Besoin
from demandes.demande.domaine.demande import Demande, Etat, Geste, Sorte, TempsTravaille
from demandes.demande.domaine.intentions import Intention
from demandes.ropn.domaine import Livraison
from socle.champs import NORMALISE, SUR, Instant, Motif, Nom
from socle.web import Entree, Sortie, exemple

Survenue = Annotated[
    Instant | None,
    Field(
        description="L'instant du fait, à la seconde; absent : maintenant. Jamais futur : une "
        "horloge en avance de cinq minutes au plus est ramenée à la réception (DEM-12)."
    ),
]


ImputationCorps = Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE]


class ArticleIn(Entree):
    """Un produit du ROPN voulu; chaque unité deviendra un article, puis un actif (DEM-7)."""

    produit: Annotated[CodeProduit, SUR, NORMALISE]
    quantite: int = Field(default=1, ge=1, le=UNITES_MAX)
    utilisateur_id: Nom | None = None
    site: Nom | None = None
    haut_dirigeant: bool = Field(default=False, description="L'utilisateur l'est (CAT-3).")


class DemandeIn(Entree):
    """Ce que l'organisme veut (DEM-1)."""

    model_config = exemple(
        {
            "organisme": "MTQ",
            "sorte": "poste_physique",
            "articles": [{"produit": "PORTABLE-14"}, {"produit": "MONITEUR-24P", "quantite": 2}],
            "utilisateur_id": "u-1001",
            "site": "QC-700RL",
            "imputation": "2100-447",
            "soumettre": True,
        }
    )

    organisme: CodeOrganisme | None = Field(
        default=None, description="Requis pour un jeton du MCN; sinon celui du jeton."
    )
    sorte: Sorte
    articles: list[ArticleIn] = Field(default_factory=list, max_length=UNITES_MAX)
    utilisateur_id: Nom | None = None
    site: Nom | None = None
    imputation: ImputationCorps | None = Field(
        default=None, description="Le code d'imputation de l'organisme (FAC-16)."
    )
    soumettre: bool = Field(default=False, description="Faux : la demande reste un brouillon.")

    def commande(self, demande_id: UUID, organisme: str) -> CreerDemande:
        return CreerDemande(
            demande_id=demande_id,
            organisme=organisme,
            besoins=tuple(Besoin(**article.model_dump()) for article in self.articles),
            **self.model_dump(exclude={"organisme", "articles"}),
        )


class SansCorpsIn(Entree):
    """Rien à dire de plus; un corps vide est permis."""

    model_config = exemple({})

    def intention(self, demande_id: UUID, geste: Geste) -> Intention:
        """Le geste, et ce qu'en dit le corps : ses champs portent les noms de ceux d'Intention."""
        dits = {nom: getattr(self, nom) for nom in self.model_fields_set}
        return Intention(demande_id=demande_id, geste=geste, **dits)


class FaitIn(SansCorpsIn):
    """Un acte, à l'instant où il est survenu."""

    model_config = exemple({"survenu_le": "2026-09-08T13:30:00Z"})

    survenu_le: Survenue = None


class MotifIn(FaitIn):
    """Un acte dont le motif est requis (DEM-4)."""

    model_config = exemple({"motif": "En attente du choix du site."})

    motif: Motif


class MotifFacultatifIn(FaitIn):
    """Un acte dont le motif est facultatif."""

    model_config = exemple({"motif": "Besoin disparu."})

    motif: Motif | None = None


class RefusIn(SansCorpsIn):
    """Pourquoi le signataire refuse."""

    model_config = exemple({"motif": "Budget épuisé."})

    motif: Motif


class LivraisonIn(FaitIn):
    """L'article livré (une unité)."""

    model_config = exemple({"article_id": "7d0c8a52-5b0e-5c1e-9b7e-3f2c1a0b9d11"})

    article_id: UUID


class CompletionIn(FaitIn):
    """La fin d'un aménagement, avec le temps travaillé, ou de ce qui ouvre un abonnement."""

    model_config = exemple({"travaux": [{"tarif": "AMENAGEMENT-BUR", "minutes": 90}]})

    travaux: list[TempsTravailleCorps] = Field(default_factory=list, max_length=50)

    def intention(self, demande_id: UUID, geste: Geste) -> Intention:
        temps = tuple(TempsTravaille(**travail.model_dump()) for travail in self.travaux)
        return replace(super().intention(demande_id, geste), travaux=temps)


class ReouvertureIn(MotifIn):
    """Les articles à livrer de nouveau; absents : tous."""

    model_config = exemple({"motif": "Écran défectueux."})

    articles: list[UUID] | None = Field(default=None, min_length=1, max_length=UNITES_MAX)

    def intention(self, demande_id: UUID, geste: Geste) -> Intention:
        vises = None if self.articles is None else frozenset(self.articles)
        return replace(super().intention(demande_id, geste), articles=vises)


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
    travaux: list[TempsTravailleCorps]


class FaitsOut(Sortie):
    """Les faits de mesure, calculés des produits (DEM-2)."""

    approbation_requise: bool
    acquisition_multiple: bool
    configuration_normalisee: bool
    logiciel_payant: bool
    gamme: str | None


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
    site: str | None = Field(description="Où elle se livre, si un article n'en dit rien.")
    imputation: str | None
    soumise_le: datetime | None
    completee_le: datetime | None
    version: int


class LigneChronologieOut(Sortie):
    """Une ligne de la chronologie : la création, puis chaque geste à sa place (DEM-4, DEM-12)."""

    acte_id: UUID | None = Field(description="Ce qu'une rectification nomme; null : la création.")
    geste: Geste | Literal["creation"]
    avant: Etat | None = Field(description="Null d'un acte nul : il ne mène nulle part.")
    apres: Etat | None
    survenu_le: datetime = Field(description="L'instant retenu, rectifié s'il y a lieu.")
    annonce_le: datetime = Field(description="L'instant annoncé; plus tard que le retenu, "
                                 "l'horloge de l'appelant avançait.")  # fmt: skip
    enregistre_le: datetime = Field(description="Quand l'acte est entré dans l'histoire.")
    differe_depuis: datetime | None = Field(
        description="Quand on l'a d'abord appris, s'il a dû attendre d'autres actes."
    )
    nul: bool = Field(description="Vrai si une rectification l'a annulé (DEM-13).")
    rectifications: list[RectificationOut]
    acteur: str
    propre_demande: bool = Field(description="Vrai si qui approuve l'a créée ou soumise (DEM-14).")
    motif: str | None
    signataire_id: UUID | None
    au_nom_de_id: UUID | None
    article_id: UUID | None
    articles: list[UUID] = Field(description="Les articles que rouvre une réouverture.")
    travail: TempsTravailleCorps | None

    @classmethod
    def de(cls, ligne: LigneChronologie) -> "LigneChronologieOut":
        demande, etape = ligne.demande, ligne.etape
        if etape is None:
            return cls.model_validate(_creation(demande))
        pose = etape.pose
        signature = pose.signature
        return cls(
            **{nom: getattr(pose, nom) for nom in _DU_GESTE},
            avant=etape.avant,
            apres=etape.apres,
            nul=etape.nul,
            rectifications=[RectificationOut.model_validate(r) for r in ligne.rectifications],
            propre_demande=ligne.propre_demande,
            signataire_id=signature.signataire_id if signature else None,
            au_nom_de_id=signature.au_nom_de_id if signature else None,
            articles=list(pose.articles),
            travail=TempsTravailleCorps.model_validate(pose.travail) if pose.travail else None,
        )


_DU_GESTE = ("acte_id", "geste", "survenu_le", "annonce_le", "enregistre_le", "differe_depuis",
             "acteur", "motif", "article_id")  # fmt: skip


def _creation(demande: Demande) -> dict[str, object]:
    """La ligne qui dit qui a créé la demande, et quand."""
    vides = dict.fromkeys(LigneChronologieOut.model_fields)
    return vides | {
        "geste": "creation",
        "apres": Etat.BROUILLON,
        "survenu_le": demande.cree_le,
        "annonce_le": demande.cree_le,
        "enregistre_le": demande.cree_le,
        "nul": False,
        "rectifications": [],
        "acteur": demande.demandeur,
        "propre_demande": False,
        "articles": [],
    }

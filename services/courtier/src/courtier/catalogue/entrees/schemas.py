"""Les corps reçus et rendus des offres et de leurs prix."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, JsonValue, model_validator
from pydantic.config import JsonDict
from pydantic_core import to_jsonable_python

from contrats.base import CodeOuvert
from courtier.catalogue import cas_usage, domaine
from courtier.catalogue.entrees.schemas_fournisseurs import (
    ENTENTE_ID,
    LIEU,
    Code,
    Indicateurs,
    Lieux,
    PersonneCorps,
    en_domaine,
)
from socle.bd.conversion import colonnes
from socle.champs import Jour, Motif, Nom, Texte
from socle.web import Entree, Sortie, exemple

_OFFRE: JsonDict = {
    "titre": "Courriel boréal",
    "categorie": "courriel",
    "description": "Boîte de 50 Go, antipourriel, archivage de sept ans.",
    "entente_id": ENTENTE_ID,
    "qualification": "qualifiee",
    "lieux_hebergement": [LIEU],
    "activites_entree": "Reprise des boîtes, deux ateliers.",
    "activites_sortie": "Export au format ouvert, 60 jours.",
    "assistance": "En français, de 7 h à 19 h, jours ouvrables.",
    "formation": "Capsules et guide de l'usager.",
    "accessibilite": "Conforme à SGQRI 008.",
    "developpement_durable": ["Énergie renouvelable"],
    "engagement": {"quantite_minimale": 25, "duree_minimale_mois": 12},
    "conversion": {"mesure": "usager", "par_unite": "1"},
    "responsable_technique": {"fonction": "architecte", "identifiant": "NB-310"},
}
_PRIX: JsonDict = {
    "en_vigueur_le": "2026-09-01",
    "composantes": [
        {
            "code": "base",
            "libelle": "Poste d'utilisateur",
            "unite": "utilisateur",
            "periodicite": "mois",
            "prix": "12.50",
        },
        {
            "code": "entree",
            "libelle": "Activités d'entrée",
            "unite": "forfait",
            "periodicite": "unique",
            "prix": "1800.00",
        },
    ],
    "modalites": {
        "paiement": "par_periode",
        "baisse_permise": True,
        "indexation": {"taux": "0.02", "tous_les_mois": 12},
    },
}


class EngagementCorps(Entree):
    """Ce que le fournisseur impose au moins (CI-14)."""

    quantite_minimale: int | None = Field(
        default=None, ge=1, le=1_000_000, description="Unités de la base, à tout mois."
    )
    duree_minimale_mois: int | None = Field(default=None, ge=1, le=36)


class ConversionCorps(Entree):
    """Ce qu'une unité de la base sert (CI-14)."""

    mesure: CodeOuvert = Field(description="Ce que compte le besoin.", examples=["usager"])
    par_unite: Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=6)] = Field(
        description="Combien une unité en sert.", examples=["1"]
    )


class OffreIn(Entree):
    """Les caractéristiques d'une offre, ou de sa version suivante."""

    model_config = exemple(_OFFRE)

    titre: Nom
    categorie: Code
    description: Texte
    entente_id: UUID
    qualification: domaine.Qualification
    lieux_hebergement: Lieux = ()
    activites_entree: Texte = ""
    activites_sortie: Texte = ""
    assistance: Texte = ""
    formation: Texte = ""
    accessibilite: Texte = ""
    developpement_durable: Indicateurs = ()
    engagement: EngagementCorps | None = None
    conversion: ConversionCorps | None = None
    responsable_technique: PersonneCorps | None = None

    def commande(self, offre_id: UUID) -> cas_usage.DecrireOffre:
        champs = en_domaine(self)
        for nom, classe in _PARTIES.items():
            if champs[nom] is not None:
                champs[nom] = classe(**dict(champs[nom]))
        decrite = domaine.Caracteristiques(**champs)
        return cas_usage.DecrireOffre(offre_id=offre_id, caracteristiques=decrite)


_PARTIES = {
    "engagement": domaine.Engagement,
    "conversion": domaine.Conversion,
    "responsable_technique": domaine.PersonneRessource,
}


class RetraitOffreIn(Entree):
    """Le jour où l'offre n'entre plus dans un contrat, et pourquoi."""

    model_config = exemple(
        {"le": "2026-12-01", "motif": "Fin de la commercialisation par le fournisseur."}
    )

    le: Jour = Field(description="Aujourd'hui ou plus tard, date de Québec.")
    motif: Motif

    def commande(self, offre_id: UUID) -> cas_usage.RetirerOffre:
        return cas_usage.RetirerOffre(offre_id=offre_id, le=self.le, motif=self.motif)


class OffreOut(Sortie):
    """Une offre dans une de ses versions."""

    id: UUID
    version: int
    fournisseur_id: UUID
    publiee: bool
    depuis: datetime = Field(description="Naissance de cette version (UTC).")
    titre: str
    categorie: str
    description: str
    entente_id: UUID
    qualification: domaine.Qualification
    lieux_hebergement: tuple[domaine.LieuHebergement, ...]
    activites_entree: str
    activites_sortie: str
    assistance: str
    formation: str
    accessibilite: str
    developpement_durable: tuple[str, ...]
    engagement: domaine.Engagement | None
    conversion: domaine.Conversion | None
    responsable_technique: domaine.PersonneRessource | None
    retrait: domaine.RetraitOffre | None = Field(
        description="Du jour dit, elle n'entre plus dans un contrat (CI-11)."
    )

    @classmethod
    def de(cls, offre: domaine.Offre) -> "OffreOut":
        return cls.model_validate({**colonnes(offre), **colonnes(offre.caracteristiques)})


Somme = Annotated[
    Decimal,
    Field(ge=0, max_digits=14, decimal_places=6),
    AfterValidator(domaine.dollars),
]


class ComposanteIn(Entree):
    """Une part du prix : la base, ou ce qui s'y ajoute (CI-14)."""

    code: CodeOuvert = Field(examples=["base"])
    libelle: Nom
    unite: CodeOuvert = Field(description="Ce dont on paie le nombre.", examples=["utilisateur"])
    periodicite: domaine.Periodicite
    prix: Somme = Field(description="Dollars par unité et par période.")


class IndexationIn(Entree):
    """La hausse annoncée du prix, pendant le contrat."""

    taux: Annotated[Decimal, Field(gt=0, le=1, decimal_places=6)] = Field(
        description="La part ajoutée chaque fois : 0.02."
    )
    tous_les_mois: int = Field(ge=1, le=36, description="Les mois du contrat entre deux hausses.")


class ModalitesIn(Entree):
    """Comment le fournisseur se fait payer."""

    paiement: domaine.Paiement
    baisse_permise: bool = Field(description="Vrai : les quantités peuvent baisser en cours.")
    indexation: IndexationIn | None = Field(default=None, description="Absente : prix fermes.")

    def en_domaine(self) -> domaine.Modalites:
        indexation = domaine.Indexation(**dict(self.indexation)) if self.indexation else None
        return domaine.Modalites(self.paiement, self.baisse_permise, indexation)


class PrixIn(Entree):
    """Un prix à publier : ses composantes et ses modalités; ou `prix` seul, la forme courte."""

    model_config = exemple(_PRIX)

    composantes: tuple[ComposanteIn, ...] | None = Field(
        default=None, min_length=1, max_length=20, description="Dont la base; un code, une fois."
    )
    modalites: ModalitesIn | None = Field(default=None, description="Avec les composantes.")
    prix: Somme | None = Field(
        default=None, description="Forme courte : la base seule, par unité et par mois."
    )
    en_vigueur_le: Jour = Field(description="Premier jour ouvrable d'un mois (CI-12).")

    @model_validator(mode="after")
    def _une_forme(self) -> "PrixIn":
        if (self.prix is None) == (self.composantes is None):
            raise ValueError("Un prix donne ses composantes, ou « prix » seul.")
        if (self.modalites is None) != (self.composantes is None):
            raise ValueError("Les modalités vont avec les composantes.")
        return self

    def commande(self, offre_id: UUID) -> cas_usage.PublierPrix:
        return cas_usage.PublierPrix(
            offre_id=offre_id, composition=self._composition(), en_vigueur_le=self.en_vigueur_le
        )

    def _composition(self) -> domaine.Composition:
        if self.composantes is None or self.modalites is None:
            return domaine.Composition.simple(self.prix or Decimal("0.00"))
        composantes = tuple(domaine.Composante(**dict(c)) for c in self.composantes)
        return domaine.Composition(composantes, self.modalites.en_domaine())


class PrixOut(Sortie):
    """Une version du prix d'une offre."""

    version: int
    en_vigueur_le: date
    prix: Decimal = Field(description="Celui de la composante de base.")
    composantes: tuple[domaine.Composante, ...]
    modalites: domaine.Modalites
    publie_le: datetime

    @classmethod
    def de(cls, prix: domaine.Prix) -> "PrixOut":
        base = prix.composition.par_code[domaine.BASE]
        champs = {**colonnes(prix), **colonnes(prix.composition), "prix": base.prix}
        return cls.model_validate(champs)


class PrixDateOut(PrixOut):
    """Une version du prix, et ce qu'en dit le calendrier d'aujourd'hui (CI-12)."""

    premier_ouvrable_deplace: date | None = Field(
        description="Le premier jour ouvrable que donne au même mois une version plus récente du"
        " calendrier, si ce n'est plus sa date; le prix publié garde la sienne."
    )

    @classmethod
    def lu(cls, prix: domaine.Prix, deplace: date | None) -> "PrixDateOut":
        return cls(**dict(PrixOut.de(prix)), premier_ouvrable_deplace=deplace)


class OffreAvecPrixOut(OffreOut):
    """Une offre du Catalogue, son état et le prix qui vaut au jour demandé, s'il y en a un."""

    etat: domaine.EtatOffre
    prix: PrixOut | None

    @classmethod
    def lue(cls, offre: domaine.Offre, prix: domaine.Prix | None, le: date) -> "OffreAvecPrixOut":
        dite = {**colonnes(offre), **colonnes(offre.caracteristiques), "etat": offre.etat(le)}
        return cls.model_validate({**dite, "prix": PrixOut.de(prix) if prix else None})


class DifferenceOut(Sortie):
    """Un champ qui diffère d'une version à l'autre; nul, elle ne l'avait pas."""

    champ: str = Field(description="« titre », « prix.composantes.base »…")
    avant: JsonValue
    apres: JsonValue

    @classmethod
    def de(cls, difference: domaine.Difference) -> "DifferenceOut":
        return cls(
            champ=difference.champ,
            avant=to_jsonable_python(difference.avant),
            apres=to_jsonable_python(difference.apres),
        )


class ComparaisonOut(Sortie):
    """Ce qui diffère entre deux versions d'une offre, prix compris (CI-12)."""

    offre_id: UUID
    avant: int = Field(description="La première version nommée.")
    apres: int
    differences: tuple[DifferenceOut, ...]

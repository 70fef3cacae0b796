"""Les corps reçus et rendus du Catalogue : fournisseurs, ententes-cadres, offres, prix."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator
from pydantic.config import JsonDict

from contrats.base import CodeOuvert
from courtier.catalogue import cas_usage, domaine
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne
from socle.web import Entree, Sortie, exemple
from socle.web.champs import NORMALISE, SUR, Jour, Nom, Texte

_FOURNISSEUR_ID = "0199f0a0-0000-7000-8000-000000000001"
_ENTENTE_ID = "0199f0a0-0000-7000-8000-000000000002"
_LIEU: JsonDict = {"lieu": "Montréal", "zone": "quebec"}
_FICHE: JsonDict = {
    "nom": "Nuage boréal inc.",
    "neq": "1170000001",
    "pays": "CA",
    "partenaire": None,
    "personnes_ressources": [{"fonction": "soutien technique", "identifiant": "NB-204"}],
    "lieux_hebergement": [_LIEU],
    "developpement_durable": ["Centres de données alimentés en énergie renouvelable"],
    "accessibilite": "Conforme à SGQRI 008",
    "conditions": "NB-CG-2026-1",
    "annexe_modificative": "AM-2026-014",
}
_ENTENTE: JsonDict = {
    "numero": "EC-2026-014",
    "fournisseur_id": _FOURNISSEUR_ID,
    "debut": "2026-04-01",
    "fin": "2029-04-01",
}
_OFFRE: JsonDict = {
    "titre": "Courriel boréal",
    "categorie": "courriel",
    "description": "Boîte de 50 Go, antipourriel, archivage de sept ans.",
    "entente_id": _ENTENTE_ID,
    "qualification": "qualifiee",
    "lieux_hebergement": [_LIEU],
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
Code = Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE]
Pays = Annotated[
    str,
    Field(pattern=r"^[A-Z]{2}$", description="Code ISO 3166 à deux lettres.", examples=["CA"]),
]
Neq = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{10}$",
        description="Numéro d'entreprise du Québec.",
        examples=["1145678902"],
    ),
]


class LieuCorps(Entree):
    """Un lieu d'hébergement (CI-13)."""

    lieu: Nom
    zone: domaine.Zone


class PersonneCorps(Entree):
    """Une personne-ressource, par son identifiant professionnel."""

    fonction: Nom
    identifiant: Code


Personnes = Annotated[tuple[PersonneCorps, ...], Field(max_length=50)]
Lieux = Annotated[tuple[LieuCorps, ...], Field(max_length=50)]
Indicateurs = Annotated[tuple[Nom, ...], Field(max_length=50)]


class FournisseurIn(Entree):
    """La fiche d'un fournisseur à inscrire."""

    model_config = exemple(_FICHE)

    nom: Nom
    neq: Neq | None = None
    pays: Pays
    partenaire: Nom | None = None
    personnes_ressources: Personnes = ()
    lieux_hebergement: Lieux = ()
    developpement_durable: Indicateurs = ()
    accessibilite: Texte = ""
    conditions: Texte
    annexe_modificative: Texte

    def commande(self, fournisseur_id: UUID) -> cas_usage.InscrireFournisseur:
        fiche = domaine.Fiche(**_en_domaine(self))
        return cas_usage.InscrireFournisseur(fournisseur_id=fournisseur_id, fiche=fiche)


class FournisseurModifIn(Entree):
    """Les champs de la fiche à remplacer; un champ absent ne change pas."""

    model_config = exemple({"partenaire": "Nimbus Conseil"})

    nom: Nom = Field(default_factory=str)
    neq: Neq | None = None
    pays: Pays = Field(default_factory=str)
    partenaire: Nom | None = None
    personnes_ressources: Personnes = Field(default_factory=tuple)
    lieux_hebergement: Lieux = Field(default_factory=tuple)
    developpement_durable: Indicateurs = Field(default_factory=tuple)
    accessibilite: Texte = Field(default_factory=str)
    conditions: Texte = Field(default_factory=str)
    annexe_modificative: Texte = Field(default_factory=str)

    def changements(self) -> dict[str, Any]:
        return _en_domaine((nom, v) for nom, v in self if nom in self.model_fields_set)


class FournisseurOut(Sortie):
    """Un fournisseur et sa fiche (CI-11)."""

    id: UUID
    version: int
    nom: str
    neq: str | None
    pays: str
    partenaire: str | None
    personnes_ressources: tuple[domaine.PersonneRessource, ...]
    lieux_hebergement: tuple[domaine.LieuHebergement, ...]
    developpement_durable: tuple[str, ...]
    accessibilite: str
    conditions: str
    annexe_modificative: str

    @classmethod
    def de(cls, fournisseur: domaine.Fournisseur) -> "FournisseurOut":
        return cls(id=fournisseur.id, version=fournisseur.version, **asdict(fournisseur.fiche))


class EntenteIn(Entree):
    """Une entente-cadre conclue, en vigueur sur [debut, fin)."""

    model_config = exemple(_ENTENTE)

    numero: Code
    fournisseur_id: UUID
    debut: Jour
    fin: Jour

    def commande(self, entente_id: UUID) -> cas_usage.ConclureEntente:
        return cas_usage.ConclureEntente(entente_id=entente_id, **self.model_dump())


class EntenteOut(Sortie):
    """Une entente-cadre, et si elle est en vigueur aujourd'hui."""

    id: UUID
    numero: str
    fournisseur_id: UUID
    debut: date
    fin: date
    en_vigueur: bool

    @classmethod
    def de(cls, entente: domaine.EntenteCadre, le: date) -> "EntenteOut":
        return cls(**asdict(entente), en_vigueur=entente.en_vigueur(le))


class OffreIn(Entree):
    """Les caractéristiques d'une offre, ou de sa version suivante."""

    model_config = exemple(_OFFRE)

    titre: Nom
    categorie: Code
    description: Texte
    entente_id: UUID
    qualification: domaine.Qualification
    lieux_hebergement: Lieux = ()

    def commande(self, offre_id: UUID) -> cas_usage.DecrireOffre:
        decrite = domaine.Caracteristiques(**_en_domaine(self))
        return cas_usage.DecrireOffre(offre_id=offre_id, caracteristiques=decrite)


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


class OffreAvecPrixOut(OffreOut):
    """Une offre du Catalogue et le prix qui vaut au jour demandé, s'il y en a un."""

    prix: PrixOut | None

    @classmethod
    def lue(cls, ligne: Ligne, prix: domaine.Prix | None) -> "OffreAvecPrixOut":
        rendu = PrixOut.de(prix) if prix else None
        return cls.model_validate({**ligne._asdict(), "prix": rendu})


def _en_domaine(recus: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Les champs reçus, lieux et personnes dits dans les mots du domaine."""
    champs = dict(recus)
    for nom, classe in (
        ("lieux_hebergement", domaine.LieuHebergement),
        ("personnes_ressources", domaine.PersonneRessource),
    ):
        if nom in champs:
            champs[nom] = tuple(classe(**dict(partie)) for partie in champs[nom])
    return champs

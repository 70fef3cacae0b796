"""Les corps reçus et rendus du Catalogue : fournisseurs, ententes-cadres, offres, prix."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, cast
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from courtier.cas_usage.conclure_entente import ConclureEntente
from courtier.cas_usage.inscrire_fournisseur import InscrireFournisseur
from courtier.cas_usage.publier_prix import PublierPrix
from courtier.domaine.ententes import EntenteCadre
from courtier.domaine.fournisseurs import (
    ChangementsFiche,
    Fiche,
    Fournisseur,
    LieuHebergement,
    PersonneRessource,
    Zone,
)
from courtier.domaine.offres import Caracteristiques, Offre, Qualification
from courtier.domaine.prix import Prix
from courtier.entrees.champs import Code, Jour, Nom, PrixUnitaire, Texte, exemple
from socle.web import Entree, Sortie

_FOURNISSEUR_ID = "0199f0a0-0000-7000-8000-000000000001"
_ENTENTE_ID = "0199f0a0-0000-7000-8000-000000000002"
_OFFRE_ID = "0199f0a0-0000-7000-8000-000000000003"

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
_PRIX: JsonDict = {"prix": "12.50", "en_vigueur_le": "2026-09-01"}
_PRIX_RENDU: JsonDict = {**_PRIX, "version": 1, "publie_le": "2026-08-20T14:00:00Z"}
_OFFRE_RENDUE: JsonDict = {
    **_OFFRE,
    "id": _OFFRE_ID,
    "version": 2,
    "fournisseur_id": _FOURNISSEUR_ID,
    "publiee": True,
    "depuis": "2026-08-20T14:00:00Z",
}

Pays = Annotated[str, Field(pattern=r"^[A-Z]{2}$", description="Code ISO 3166 à deux lettres.")]
Neq = Annotated[str, Field(pattern=r"^\d{10}$", description="Numéro d'entreprise du Québec.")]


class LieuCorps(Entree):
    """Un lieu d'hébergement (CI-13)."""

    lieu: Nom
    zone: Zone


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

    def commande(self, fournisseur_id: UUID) -> InscrireFournisseur:
        fiche = Fiche(
            nom=self.nom,
            neq=self.neq,
            pays=self.pays,
            partenaire=self.partenaire,
            personnes_ressources=_personnes(self.personnes_ressources),
            lieux_hebergement=_lieux(self.lieux_hebergement),
            developpement_durable=self.developpement_durable,
            accessibilite=self.accessibilite,
            conditions=self.conditions,
            annexe_modificative=self.annexe_modificative,
        )
        return InscrireFournisseur(fournisseur_id=fournisseur_id, fiche=fiche)


class FournisseurPatch(Entree):
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

    def changements(self) -> ChangementsFiche:
        recus: dict[str, object] = {nom: getattr(self, nom) for nom in self.model_fields_set}
        if "personnes_ressources" in recus:
            recus["personnes_ressources"] = _personnes(self.personnes_ressources)
        if "lieux_hebergement" in recus:
            recus["lieux_hebergement"] = _lieux(self.lieux_hebergement)
        return cast("ChangementsFiche", recus)


class FournisseurOut(Sortie):
    """Un fournisseur et sa fiche (CI-11)."""

    model_config = exemple({"id": _FOURNISSEUR_ID, "version": 1, **_FICHE})

    id: UUID
    version: int
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

    @classmethod
    def de(cls, fournisseur: Fournisseur) -> "FournisseurOut":
        return cls(id=fournisseur.id, version=fournisseur.version, **asdict(fournisseur.fiche))


class EntenteIn(Entree):
    """Une entente-cadre conclue, en vigueur sur [debut, fin)."""

    model_config = exemple(_ENTENTE)

    numero: Code
    fournisseur_id: UUID
    debut: Jour
    fin: Jour

    def commande(self, entente_id: UUID) -> ConclureEntente:
        return ConclureEntente(
            entente_id=entente_id,
            numero=self.numero,
            fournisseur_id=self.fournisseur_id,
            debut=self.debut,
            fin=self.fin,
        )


class EntenteOut(Sortie):
    """Une entente-cadre, et si elle est en vigueur aujourd'hui."""

    model_config = exemple({"id": _ENTENTE_ID, **_ENTENTE, "en_vigueur": True})

    id: UUID
    numero: str
    fournisseur_id: UUID
    debut: date
    fin: date
    en_vigueur: bool

    @classmethod
    def de(cls, entente: EntenteCadre, le: date) -> "EntenteOut":
        return cls(**asdict(entente), en_vigueur=entente.en_vigueur(le))


class OffreIn(Entree):
    """Les caractéristiques d'une offre, ou de sa version suivante."""

    model_config = exemple(_OFFRE)

    titre: Nom
    categorie: Code
    description: Texte
    entente_id: UUID
    qualification: Qualification
    lieux_hebergement: Lieux = ()

    def caracteristiques(self) -> Caracteristiques:
        return Caracteristiques(
            titre=self.titre,
            categorie=self.categorie,
            description=self.description,
            entente_id=self.entente_id,
            qualification=self.qualification,
            lieux_hebergement=_lieux(self.lieux_hebergement),
        )


class OffreOut(Sortie):
    """Une offre dans une de ses versions."""

    model_config = exemple(_OFFRE_RENDUE)

    id: UUID
    version: int
    fournisseur_id: UUID
    publiee: bool
    depuis: datetime = Field(description="Naissance de cette version (UTC).")
    titre: str
    categorie: str
    description: str
    entente_id: UUID
    qualification: Qualification
    lieux_hebergement: tuple[LieuHebergement, ...]

    @classmethod
    def de(cls, offre: Offre) -> "OffreOut":
        return cls(**_champs(offre))


class PrixIn(Entree):
    """Un prix à publier."""

    model_config = exemple(_PRIX)

    prix: PrixUnitaire = Field(description="Dollars par unité et par mois.")
    en_vigueur_le: Jour = Field(description="Premier jour ouvrable d'un mois (CI-12).")

    def commande(self, offre_id: UUID) -> PublierPrix:
        return PublierPrix(offre_id=offre_id, prix=self.prix, en_vigueur_le=self.en_vigueur_le)


class PrixOut(Sortie):
    """Une version du prix d'une offre."""

    model_config = exemple(_PRIX_RENDU)

    version: int
    en_vigueur_le: date
    prix: Decimal
    publie_le: datetime

    @classmethod
    def de(cls, prix: Prix) -> "PrixOut":
        return cls.model_validate(prix)


class OffreAvecPrixOut(OffreOut):
    """Une offre du Catalogue et le prix qui vaut au jour demandé, s'il y en a un."""

    model_config = exemple({**_OFFRE_RENDUE, "prix": _PRIX_RENDU})

    prix: PrixOut | None

    @classmethod
    def avec(cls, offre: Offre, prix: Prix | None) -> "OffreAvecPrixOut":
        return cls(**_champs(offre), prix=PrixOut.de(prix) if prix else None)


def _champs(offre: Offre) -> dict[str, Any]:
    champs = asdict(offre)
    return {**champs, **champs.pop("caracteristiques")}


def _lieux(lieux: tuple[LieuCorps, ...]) -> tuple[LieuHebergement, ...]:
    return tuple(LieuHebergement(lieu.lieu, lieu.zone) for lieu in lieux)


def _personnes(personnes: tuple[PersonneCorps, ...]) -> tuple[PersonneRessource, ...]:
    return tuple(PersonneRessource(p.fonction, p.identifiant) for p in personnes)

"""Les corps reçus et rendus des fournisseurs et de leurs ententes-cadres."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from courtier.catalogue import cas_usage, domaine
from socle.bd.conversion import colonnes
from socle.champs import NORMALISE, SUR, Jour, Motif, Nom, Texte
from socle.web import Entree, Sortie, exemple

_FOURNISSEUR_ID = "0199f0a0-0000-7000-8000-000000000001"
ENTENTE_ID = "0199f0a0-0000-7000-8000-000000000002"
LIEU: JsonDict = {"lieu": "Montréal", "zone": "quebec"}
_FICHE: JsonDict = {
    "nom": "Nuage boréal inc.",
    "neq": "1170000001",
    "pays": "CA",
    "partenaire": None,
    "personnes_ressources": [{"fonction": "soutien technique", "identifiant": "NB-204"}],
    "lieux_hebergement": [LIEU],
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
_ACTE: JsonDict = {
    "acte": "suspension",
    "le": "2026-11-02",
    "motif": "Certification de sécurité échue, à renouveler.",
}
_DOCUMENT: JsonDict = {
    "nature": "annexe_modificative",
    "reference": "AM-2026-014, 2e version",
    "empreinte": "b" * 64,
    "en_vigueur_le": "2026-10-15",
}
_PREUVE: JsonDict = {
    "nature": "rapport_audit",
    "titre": "Rapport SOC 2 de type II, 2026",
    "empreinte": "d" * 64,
    "datee_du": "2026-06-30",
    "expire_le": "2027-07-01",
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
Empreinte = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256, hexadécimal.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
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
        fiche = domaine.Fiche(**en_domaine(self))
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
        return en_domaine((nom, v) for nom, v in self if nom in self.model_fields_set)


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


class ActeEntenteIn(Entree):
    """Une suspension, une reprise ou une fin d'entente-cadre, à compter d'un jour de Québec."""

    model_config = exemple(_ACTE)

    acte: domaine.ActeEntente
    le: Jour = Field(
        description="Le premier jour où il vaut, aujourd'hui ou plus tard; d'une fin, le premier"
        " jour où elle n'est plus en vigueur."
    )
    motif: Motif

    def commande(self, entente_id: UUID) -> cas_usage.PoserActe:
        return cas_usage.PoserActe(entente_id=entente_id, **dict(self))


class EntenteOut(Sortie):
    """Une entente-cadre, ses actes, et son état au jour demandé (CI-11)."""

    id: UUID
    version: int
    numero: str
    fournisseur_id: UUID
    debut: date
    fin: date = Field(description="La fin prévue; premier jour où elle n'est plus en vigueur.")
    fin_effective: date = Field(description="La fin dite par un acte, sinon la prévue.")
    etat: domaine.EtatEntente
    en_vigueur: bool
    actes: tuple[domaine.ActePose, ...]

    @classmethod
    def de(cls, entente: domaine.EntenteCadre, le: date) -> "EntenteOut":
        return cls(
            **colonnes(entente),
            fin_effective=entente.fin_effective,
            etat=entente.etat(le),
            en_vigueur=entente.en_vigueur(le),
        )


class DocumentPublieIn(Entree):
    """Une version des conditions ou de l'annexe modificative d'un fournisseur."""

    model_config = exemple(_DOCUMENT)

    nature: domaine.NatureDocument
    reference: Nom
    empreinte: Empreinte
    en_vigueur_le: Jour = Field(description="Aujourd'hui ou plus tard, n'importe quel jour.")

    def commande(self, fournisseur_id: UUID) -> cas_usage.PublierDocument:
        return cas_usage.PublierDocument(fournisseur_id=fournisseur_id, **dict(self))


class DocumentPublieOut(Sortie):
    """Une version d'un document publié d'un fournisseur (CI-11, CI-12)."""

    nature: domaine.NatureDocument
    version: int
    reference: str
    empreinte: str
    en_vigueur_le: date
    publie_par: str
    publie_le: datetime


class PreuveIn(Entree):
    """Une preuve de sécurité remise au Courtier."""

    model_config = exemple(_PREUVE)

    nature: domaine.NaturePreuve
    titre: Nom
    empreinte: Empreinte
    datee_du: Jour
    expire_le: Jour | None = Field(
        default=None, description="Le premier jour où elle ne vaut plus."
    )

    def commande(self, preuve_id: UUID, fournisseur_id: UUID) -> cas_usage.DeposerPreuve:
        return cas_usage.DeposerPreuve(
            preuve_id=preuve_id, fournisseur_id=fournisseur_id, **dict(self)
        )


class PreuveOut(Sortie):
    """Une preuve de sécurité; elle reste au Courtier (CI-11)."""

    id: UUID
    fournisseur_id: UUID
    nature: domaine.NaturePreuve
    titre: str
    empreinte: str
    datee_du: date
    expire_le: date | None
    deposee_par: str
    deposee_le: datetime


def en_domaine(recus: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Les champs reçus, lieux et personnes dits dans les mots du domaine."""
    champs = dict(recus)
    for nom, classe in (
        ("lieux_hebergement", domaine.LieuHebergement),
        ("personnes_ressources", domaine.PersonneRessource),
    ):
        if nom in champs:
            champs[nom] = tuple(classe(**dict(partie)) for partie in champs[nom])
    return champs

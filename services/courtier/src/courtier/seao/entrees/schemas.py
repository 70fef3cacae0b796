"""Les corps reçus et rendus de la publication au SEAO."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.config import JsonDict

from contrats.base import CodeOuvert
from courtier.obligations.domaine import NatureObligation as Due
from courtier.pieces.domaine import Visa
from courtier.seao.cas_usage import (
    PublierConclusion,
    PublierFin,
    PublierSupplement,
    Renumeroter,
)
from courtier.seao.domaine.profil import Profil
from courtier.seao.domaine.publication import (
    Annonce,
    Declaration,
    Echeance,
    Etape,
    NatureEtape,
    Publication,
)
from socle.champs import NORMALISE, SUR, Jour
from socle.web import Entree, Sortie, exemple

_ANNONCE: JsonDict = {"numero": "20145160", "publie_le": "2026-09-21"}
Numero = Annotated[
    str,
    Field(
        pattern=r"^[1-9][0-9]{4,11}$",
        description="Le numéro de l'avis au SEAO, le même à chaque étape.",
        examples=["20145160"],
    ),
]
Titre = Annotated[str, Field(min_length=1, max_length=200), SUR, NORMALISE]
Reference = Annotated[str, Field(min_length=1, max_length=60), SUR, NORMALISE]


class _AvisIn(Entree):
    numero: Numero
    publie_le: Jour = Field(description="Le jour où l'avis est paru, date de Québec.")

    @property
    def annonce(self) -> Annonce:
        return Annonce(numero=self.numero, publie_le=self.publie_le)


class AvisConclusionIn(_AvisIn):
    """L'avis de conclusion du contrat, et ce qu'il déclare."""

    model_config = exemple(
        {
            "nature": "conclusion",
            **_ANNONCE,
            "indicateur": "autres_environnementales",
            "reference": "MTQ-2026-118",
        }
    )

    nature: Literal["conclusion"]
    indicateur: CodeOuvert = Field(
        description="L'indicateur d'acquisition responsable qui a servi au choix.",
        examples=["aucun"],
    )
    titre: Titre | None = Field(default=None, description="Absent : celui que la fiche propose.")
    reference: Reference | None = Field(
        default=None, description="Le numéro que l'organisme donne à son contrat."
    )

    def commande(self, contrat_id: UUID) -> PublierConclusion:
        declaration = Declaration(
            indicateur=self.indicateur, titre=self.titre, reference=self.reference
        )
        return PublierConclusion(
            contrat_id=contrat_id, annonce=self.annonce, declaration=declaration
        )


class AvisSupplementIn(_AvisIn):
    """L'avis d'un supplément : l'avenant, ou la résiliation, qu'il publie."""

    model_config = exemple(
        {
            "nature": "supplement",
            **_ANNONCE,
            "etape_id": "0199f0a0-0000-7000-8000-000000000009",
        }
    )

    nature: Literal["supplement"]
    etape_id: UUID = Field(description="L'avenant, ou la résiliation.")

    def commande(self, contrat_id: UUID) -> PublierSupplement:
        return PublierSupplement(
            contrat_id=contrat_id, annonce=self.annonce, etape_id=self.etape_id
        )


class AvisFinIn(_AvisIn):
    """L'avis de fin du contrat; le total payé est celui de ses factures inscrites (CI-19)."""

    model_config = exemple({"nature": "fin", **_ANNONCE, "publie_le": "2028-11-02"})

    nature: Literal["fin"]

    def commande(self, contrat_id: UUID, etape_id: UUID) -> PublierFin:
        return PublierFin(
            contrat_id=contrat_id,
            annonce=self.annonce,
            etape_id=etape_id,
        )


class NumeroIn(Entree):
    """Le numéro juste d'un avis consigné sous un autre."""

    model_config = exemple({"numero": "20145161"})

    numero: Numero

    def commande(self, contrat_id: UUID) -> Renumeroter:
        return Renumeroter(contrat_id=contrat_id, numero=self.numero)


AvisIn = Annotated[AvisConclusionIn | AvisSupplementIn | AvisFinIn, Field(discriminator="nature")]


class PartieOut(Sortie):
    """Une partie au contrat."""

    nom: str
    neq: str | None


class FicheOut(Sortie):
    """Ce qui se recopie au SEAO, champ par champ (CI-18)."""

    nature: str
    categorie: str
    disposition: str
    titre: str
    reference: str | None
    organisme: PartieOut
    fournisseur: PartieOut
    montant_conclu: Decimal = Field(description="En dollars, avant taxes.")
    montant_courant: Decimal = Field(description="Avenants compris.")
    total_paye: Decimal | None = Field(description="La somme des factures, la fin publiée.")
    conclu_le: datetime
    debut: date
    fin: date = Field(description="Premier jour après le contrat.")
    indicateur: str | None = Field(description="Le libellé de l'indicateur déclaré.")
    indicateurs: dict[str, str] = Field(description="Ceux qui se déclarent : code, libellé.")


class AvisSeaoOut(Sortie):
    """Un avis consigné."""

    publie_le: date
    consigne: Visa


class EtapeOut(Sortie):
    """Une étape de la vie publique du contrat."""

    id: UUID
    nature: NatureEtape
    montant: Decimal = Field(description="Ce que vaut le contrat après elle; de la fin : payé.")
    fin: date
    le: datetime
    avis: AvisSeaoOut | None


class EcheanceOut(Sortie):
    """Ce qui reste à publier."""

    nature: Due
    objet_id: UUID
    due_le: date
    en_retard: bool


class PublicationOut(Sortie):
    """La publication d'un contrat au SEAO : sa fiche, ses étapes, ce qui reste dû."""

    contrat_id: UUID
    version: int
    organisme: str
    requise: bool = Field(
        description="Vrai : l'organisme est assujetti au RCTI et le montant atteint le seuil."
    )
    numero: str | None
    ocid: str
    fiche: FicheOut
    manque: tuple[str, ...] = Field(description="Ce qui manque encore à la fiche.")
    etapes: tuple[EtapeOut, ...]
    echeances: tuple[EcheanceOut, ...]

    @classmethod
    def de(cls, publication: Publication, profil: Profil, jour: date) -> "PublicationOut":
        return cls(
            contrat_id=publication.contrat_id,
            version=publication.version,
            organisme=publication.organisme.code,
            requise=publication.requise,
            numero=publication.numero,
            ocid=profil.ocid(publication.contrat_id, publication.numero),
            fiche=_fiche(publication, profil),
            manque=publication.manque,
            etapes=tuple(map(_etape, publication.etapes)),
            echeances=tuple(_echeance(e, jour) for e in publication.echeances),
        )


class PublicationResumeeOut(Sortie):
    """Une publication dans une liste."""

    contrat_id: UUID
    organisme: str
    fournisseur_id: UUID
    montant: Decimal
    conclu_le: datetime
    requise: bool
    numero: str | None
    due_le: date | None = Field(description="La première date où quelque chose est dû.")


class EditeurOut(Sortie):
    """Qui publie les données ouvertes."""

    name: str


class _PaquetOut(Sortie):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    uri: str
    version: str
    published_date: str
    publisher: EditeurOut


class PublicationsOcdsOut(_PaquetOut):
    """Un paquet de publications (`release package`, OCDS 1.1)."""

    releases: tuple[dict[str, Any], ...]


class ArchivesOcdsOut(_PaquetOut):
    """Un paquet d'archives (`record package`, OCDS 1.1)."""

    records: tuple[dict[str, Any], ...]


def _fiche(publication: Publication, profil: Profil) -> FicheOut:
    declare = publication.declaration
    derniere = publication.derniere
    return FicheOut(
        nature=profil.nature,
        categorie=profil.categorie,
        disposition=profil.disposition,
        titre=publication.titre or profil.titre.format(entente=publication.entente),
        reference=declare.reference if declare else None,
        organisme=PartieOut.model_validate(publication.organisme),
        fournisseur=PartieOut.model_validate(publication.fournisseur),
        montant_conclu=publication.conclusion.montant.decimal,
        montant_courant=publication.montant_courant.decimal,
        total_paye=derniere.montant.decimal if publication.finie else None,
        conclu_le=publication.conclusion.le,
        debut=publication.debut,
        fin=derniere.fin,
        indicateur=profil.indicateurs.get(declare.indicateur) if declare else None,
        indicateurs=dict(profil.indicateurs),
    )


def _etape(etape: Etape) -> EtapeOut:
    return EtapeOut(
        id=etape.id,
        nature=etape.nature,
        montant=etape.montant.decimal,
        fin=etape.fin,
        le=etape.le,
        avis=AvisSeaoOut.model_validate(etape.avis) if etape.avis else None,
    )


def _echeance(echeance: Echeance, jour: date) -> EcheanceOut:
    return EcheanceOut(
        nature=echeance.nature,
        objet_id=echeance.objet_id,
        due_le=echeance.due_le,
        en_retard=echeance.due_le < jour,
    )

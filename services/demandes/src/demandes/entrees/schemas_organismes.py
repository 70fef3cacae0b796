"""Les corps des routes du fichier client."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from contrats.base import CodeOrganisme
from demandes.domaine.organisme import Interlocuteur, Organisme, Signataire, Substitution
from socle.web import Entree, Sortie

Texte = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
Courriel = Annotated[
    str,
    Field(max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$", examples=["achats@mtq.example"]),
]


class InterlocuteurCorps(Entree):
    """L'adresse professionnelle à qui va la facture."""

    model_config = ConfigDict(from_attributes=True)

    nom: Texte
    courriel: Courriel

    def valeur(self) -> Interlocuteur:
        return Interlocuteur(nom=self.nom, courriel=self.courriel)


_INTERLOCUTEUR: JsonDict = {"nom": "Service des achats", "courriel": "achats@mtq.example"}


class OrganismeIn(Entree):
    """Le fichier client à ouvrir (DEM-8)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "MTQ",
                    "nom": "Ministère des Transports",
                    "adresse": "700, boulevard René-Lévesque Est, Québec",
                    "interlocuteur": _INTERLOCUTEUR,
                    "assujetti_rcti": True,
                    "taxable": False,
                }
            ]
        }
    )

    code: CodeOrganisme
    nom: Texte
    adresse: str = Field(default="", max_length=500, pattern=r"^[^\x00]*$")
    interlocuteur: InterlocuteurCorps | None = None
    repondant: Texte | None = None
    assujetti_rcti: bool = True
    taxable: bool = False

    def organisme(self) -> Organisme:
        interlocuteur = self.interlocuteur.valeur() if self.interlocuteur else None
        return Organisme(**{**self.model_dump(), "interlocuteur": interlocuteur})


class OrganismeModifIn(Entree):
    """Les champs à changer; seuls l'interlocuteur et le répondant s'effacent (null)."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"interlocuteur": _INTERLOCUTEUR, "taxable": True}]}
    )

    nom: Texte | None = None
    adresse: str | None = Field(default=None, max_length=500, pattern=r"^[^\x00]*$")
    interlocuteur: InterlocuteurCorps | None = None
    repondant: Texte | None = None
    assujetti_rcti: bool | None = None
    taxable: bool | None = None
    actif: bool | None = None

    def changements(self) -> dict[str, object]:
        """Les champs donnés; null n'efface que ce qui est facultatif."""
        donnes: dict[str, object] = {nom: getattr(self, nom) for nom in self.model_fields_set}
        if self.interlocuteur is not None:
            donnes["interlocuteur"] = self.interlocuteur.valeur()
        facultatifs = {"interlocuteur", "repondant"}
        return {n: v for n, v in donnes.items() if v is not None or n in facultatifs}


class OrganismeOut(Sortie):
    """Le fichier client d'un organisme."""

    code: str
    nom: str
    adresse: str
    interlocuteur: InterlocuteurCorps | None
    repondant: str | None
    assujetti_rcti: bool
    taxable: bool
    actif: bool
    version: int


class SignataireIn(Entree):
    """Une personne autorisée à signer sur `[debut, fin)` (DEM-3)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"nom": "A. Tremblay", "sujet": "a.tremblay", "debut": "2026-04-01"}]
        }
    )

    nom: Texte
    sujet: Texte = Field(description="Le « sub » du jeton de la personne.")
    debut: date
    fin: date | None = Field(default=None, description="Exclue; absente : sans terme.")

    def signataire(self, identifiant: UUID, organisme: str) -> Signataire:
        return Signataire(id=identifiant, organisme=organisme, **self.model_dump())


class FinMandatIn(Entree):
    """Le premier jour où la personne ne signe plus."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"fin": "2026-10-01"}]})

    fin: date


class SignataireOut(Sortie):
    """Un mandat de signataire."""

    id: UUID
    organisme: str
    nom: str
    sujet: str
    debut: date
    fin: date | None


class SubstitutionIn(Entree):
    """Une personne signe au nom d'un signataire sur `[debut, fin)` (DEM-3)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "remplace_id": "0192f0c1-1111-7000-8000-000000000001",
                    "nom": "B. Gagnon",
                    "sujet": "b.gagnon",
                    "debut": "2026-09-07",
                    "fin": "2026-09-21",
                }
            ]
        }
    )

    remplace_id: UUID = Field(description="Le signataire remplacé.")
    nom: Texte
    sujet: Texte
    debut: date
    fin: date = Field(description="Exclue.")

    def substitution(self, identifiant: UUID, organisme: str) -> Substitution:
        return Substitution(id=identifiant, organisme=organisme, **self.model_dump())


class SubstitutionOut(Sortie):
    """Une substitution datée."""

    id: UUID
    organisme: str
    remplace_id: UUID
    nom: str
    sujet: str
    debut: date
    fin: date

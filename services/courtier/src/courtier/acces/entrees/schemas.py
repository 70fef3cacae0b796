"""Les corps reçus et rendus de l'accès au Catalogue."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from pydantic.config import JsonDict

from contrats.base import CodeOrganisme
from courtier.acces import cas_usage, domaine
from socle.bd.conversion import colonnes
from socle.champs import NORMALISE, SUR, Jour, Motif
from socle.web import Entree, Sortie, exemple

_EXCLUSION: JsonDict = {
    "organisme": "MTQ",
    "admissible": False,
    "debut": "2026-10-01",
    "motif": "Hors de la liste des organismes admissibles du 15 septembre.",
}
Courriel = Annotated[
    str,
    Field(
        max_length=254,
        pattern=r"^[^@\s]+@[^@\s]+$",
        description="L'adresse professionnelle où aviser la personne.",
        examples=["achats@mtq.example"],
    ),
    SUR,
    NORMALISE,
]


class CompteIn(Entree):
    """La demande d'une personne, pour elle-même; son organisme est celui de son jeton."""

    model_config = exemple({"motif": "Analyse d'offres de courriel pour la Direction des TI."})

    motif: Motif

    def commande(self, compte_id: UUID, organisme: str) -> cas_usage.DemanderCompte:
        return cas_usage.DemanderCompte(compte_id=compte_id, organisme=organisme, motif=self.motif)


class DecisionCompteIn(Entree):
    """Ce que le Courtier répond, et pourquoi."""

    model_config = exemple({"decision": "accordee", "motif": "Représentante de l'organisme."})

    decision: domaine.DecisionCompte
    motif: Motif

    def commande(self, compte_id: UUID) -> cas_usage.TrancherCompte:
        return cas_usage.TrancherCompte(
            compte_id=compte_id, decision=self.decision, motif=self.motif
        )


class RetraitCompteIn(Entree):
    """Pourquoi la personne ne lit plus le Catalogue."""

    model_config = exemple({"motif": "N'est plus à l'emploi de l'organisme."})

    motif: Motif


class CompteOut(Sortie):
    """Un compte d'accès : la demande, la décision, le retrait (CI-11)."""

    id: UUID
    version: int
    organisme: str
    sujet: str
    etat: domaine.EtatCompte
    motif: str = Field(description="Pourquoi la personne le demande.")
    demande_le: datetime
    decision: domaine.DecisionCompte | None
    decidee: domaine.Prononce | None
    retrait: domaine.Prononce | None

    @classmethod
    def de(cls, compte: domaine.Compte) -> "CompteOut":
        return cls.model_validate({**colonnes(compte), "etat": compte.etat})


class AdmissibiliteOrganismeIn(Entree):
    """Le Courtier exclut un organisme, ou le réadmet."""

    model_config = exemple(_EXCLUSION)

    organisme: CodeOrganisme
    admissible: bool = Field(description="Faux : nul n'y lit plus le Catalogue.")
    debut: Jour = Field(description="Aujourd'hui ou plus tard, date de Québec.")
    motif: Motif

    def commande(self, admissibilite_id: UUID) -> cas_usage.DeciderAdmissibilite:
        return cas_usage.DeciderAdmissibilite(
            admissibilite_id=admissibilite_id, **self.model_dump()
        )


class AdmissibiliteOut(Sortie):
    """Une décision d'admissibilité; d'office, tout organisme inscrit est admissible (CI-11)."""

    id: UUID
    organisme: str
    rang: int = Field(description="De deux décisions du même jour, le plus haut vaut.")
    admissible: bool
    debut: date
    decidee: domaine.Prononce


class InscriptionIn(Entree):
    """L'adresse où aviser la personne des mises à jour du Catalogue."""

    model_config = exemple({"courriel": "achats@mtq.example"})

    courriel: Courriel

    def commande(self, inscription_id: UUID, organisme: str) -> cas_usage.Inscrire:
        return cas_usage.Inscrire(
            inscription_id=inscription_id, organisme=organisme, courriel=self.courriel
        )


class InscriptionOut(Sortie):
    """Une personne de la liste de diffusion (CI-12)."""

    id: UUID
    version: int
    organisme: str
    sujet: str
    courriel: str | None = Field(description="Nul une fois la personne retirée.")
    inscrite_le: datetime
    retiree_le: datetime | None

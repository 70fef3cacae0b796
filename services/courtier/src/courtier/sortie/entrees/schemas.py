"""Les corps reçus et rendus de la sortie d'un contrat."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, field_validator

from contrats.base import CodeOuvert
from courtier.contrats.entrees.schemas import Empreinte
from courtier.sortie import cas_usage
from courtier.sortie.domaine import (
    Achevement,
    Activite,
    ActiviteFaite,
    Apres,
    Attestation,
    DonneesALaSortie,
    EtatSortie,
    Plan,
    tardive,
)
from socle.bd.conversion import colonnes
from socle.bd.instructions import Ligne
from socle.champs import Jour, Motif, Nom
from socle.web import Entree, Sortie, exemple

_TARDIVE = "Achevée après la fin du contrat, fût-ce d'un jour d'avant; ou encore à achever."


class ActiviteIn(Entree):
    """Une activité de transition, finie avant le contrat."""

    code: CodeOuvert = Field(examples=["migration"])
    libelle: Nom
    prevue_le: Jour


class PlanIn(Entree):
    """Ce qui suit le contrat, et les activités d'ici sa fin."""

    model_config = exemple(
        {
            "apres": "fin_du_besoin",
            "activites": [
                {
                    "code": "migration",
                    "libelle": "Rapatrier les boîtes",
                    "prevue_le": "2028-06-30",
                }
            ],
        }
    )

    apres: Apres
    nouveau_contrat_id: UUID | None = Field(
        default=None, description="Le contrat conclu qui suit celui-ci, s'il y en a un."
    )
    motif: Motif | None = Field(
        default=None, description="Pourquoi nulle activité n'est nécessaire."
    )
    activites: Annotated[tuple[ActiviteIn, ...], Field(max_length=100)] = ()

    @field_validator("activites")
    @classmethod
    def _sans_doublon(cls, activites: tuple[ActiviteIn, ...]) -> tuple[ActiviteIn, ...]:
        if len({activite.code for activite in activites}) < len(activites):
            raise ValueError("Une activité ne figure qu'une fois.")
        return activites

    def commande(self, contrat_id: UUID) -> cas_usage.Planifier:
        return cas_usage.Planifier(
            contrat_id=contrat_id,
            apres=self.apres,
            nouveau_contrat_id=self.nouveau_contrat_id,
            motif=self.motif,
            activites=tuple(Activite(**dict(activite)) for activite in self.activites),
        )


class ActiviteFaiteIn(Entree):
    """L'activité du plan qui est finie."""

    model_config = exemple({"code": "migration", "faite_le": "2028-09-21"})

    code: CodeOuvert
    faite_le: Jour

    def commande(self, contrat_id: UUID) -> cas_usage.FinirActivite:
        return cas_usage.FinirActivite(contrat_id=contrat_id, **dict(self))


class AttestationIn(Entree):
    """Les données rendues, ou détruites, par le fournisseur, et la pièce qui le prouve."""

    model_config = exemple(
        {
            "donnees": "rendues",
            "le": "2028-09-21",
            "titre": "Bordereau de remise",
            "empreinte": "3" * 64,
        }
    )

    donnees: DonneesALaSortie
    le: Jour
    titre: Nom
    empreinte: Empreinte

    def commande(self, contrat_id: UUID, piece_id: UUID) -> cas_usage.Attester:
        return cas_usage.Attester(contrat_id=contrat_id, piece_id=piece_id, **dict(self))


class AchevementIn(Entree):
    """Le jour où la transition est achevée; sans lui, aujourd'hui."""

    model_config = exemple({})

    le: Jour | None = None

    def commande(self, contrat_id: UUID) -> cas_usage.Achever:
        return cas_usage.Achever(contrat_id=contrat_id, le=self.le)


class ParallelismeOut(Sortie):
    """Combien de jours les deux contrats courent ensemble."""

    nouveau_contrat_id: UUID
    jours: int = Field(description="Négatif, ce qui les sépare.")
    alerte: bool = Field(description="Vrai : les deux contrats ne se recouvrent pas.")


class ResumeSortieOut(Sortie):
    """Une sortie, telle qu'une liste la montre."""

    organisme: str
    contrat_id: UUID
    etat: EtatSortie
    fin: date
    tardive: bool = Field(description=_TARDIVE)

    @classmethod
    def de(cls, ligne: Ligne, jour: date) -> "ResumeSortieOut":
        return cls(
            organisme=ligne.organisme,
            contrat_id=ligne.contrat_id,
            etat=(etat := EtatSortie(ligne.etat)),
            fin=ligne.fin,
            tardive=tardive(etat, ligne.tardif, ligne.fin, jour),
        )


class SortieOut(Sortie):
    """La sortie d'un contrat, ses actes et ce qui lui manque."""

    contrat_id: UUID
    version: int
    organisme: str
    etat: EtatSortie
    fin: date = Field(description="Premier jour après le contrat.")
    tardive: bool = Field(description=_TARDIVE)
    manque: tuple[str, ...] = Field(description="Ce qui manque pour l'achever.")
    plans: tuple[Plan, ...] = Field(description="Le dernier vaut.")
    faites: tuple[ActiviteFaite, ...]
    attestations: tuple[Attestation, ...]
    achevement: Achevement | None
    parallelisme: ParallelismeOut | None

    @classmethod
    def de(cls, suivie: cas_usage.SortieSuivie, jour: date) -> "SortieOut":
        sortie = suivie.sortie
        deduits = {
            "etat": sortie.etat,
            "manque": sortie.manque,
            "tardive": sortie.tardive_le(jour),
            "parallelisme": suivie.parallelisme,
        }
        return cls.model_validate({**colonnes(sortie), **deduits})

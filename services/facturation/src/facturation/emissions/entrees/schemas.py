"""Les corps reçus et rendus par les émissions."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, Periode
from facturation.base import TarifConnu
from facturation.creances.domaine.creances import Attente, Nature
from facturation.emissions.domaine.executions import (
    Apercu,
    EtatApercu,
    EtatTraitement,
    Execution,
)
from facturation.factures.domaine import documents
from facturation.factures.entrees.schemas import Argent, ProjetOut
from noyau import Mois
from socle import champs
from socle.bd.conversion import colonnes
from socle.web import Entree, Sortie, exemple


class ExecutionIn(Entree):
    """Une période à émettre, ou à calculer sans rien écrire."""

    model_config = exemple({"periode": "2026-09", "apercu": False})

    periode: champs.Periode = Field(description="Un mois civil « aaaa-mm ».")
    organisme: CodeOrganisme | None = Field(default=None, description="Absent : tous.")
    apercu: bool = Field(default=False, description="Vrai : calcule et n'écrit rien (FAC-7).")

    @property
    def mois(self) -> Mois:
        return Mois.lire(self.periode)


class TraitementOut(Sortie):
    """Où en est un organisme; en attente, la raison est dite."""

    organisme: str
    etat: EtatTraitement
    numero: str | None
    total: Argent | None
    raison: str | None


class ExecutionOut(Sortie):
    """Une exécution et son avancement, organisme par organisme (FAC-6)."""

    id: UUID
    periode: Periode
    organisme: str | None = Field(description="Absent : tous.")
    demandee_le: datetime
    etat: Literal["en_cours", "terminee"]
    organismes: int
    traites: int
    sorts: list[TraitementOut]

    @classmethod
    def de(cls, execution: Execution) -> "ExecutionOut":
        traites, tous = execution.traites, len(execution.traitements)
        return cls(
            id=execution.id,
            periode=str(execution.periode),
            organisme=execution.organisme,
            demandee_le=execution.demandee_le,
            etat="terminee" if traites == tous else "en_cours",
            organismes=tous,
            traites=traites,
            sorts=[TraitementOut.model_validate(x) for x in execution.traitements],
        )


class AttenteProjetOut(Sortie):
    """Une ligne qui attendrait son montant."""

    source: str
    tarif: TarifConnu
    nature: Nature
    periode: Periode
    depuis: date
    motif: str
    evenements: list[UUID]

    @classmethod
    def de(cls, attente: Attente) -> "AttenteProjetOut":
        i = attente.identite
        valeurs = {"periode": str(i.periode), "depuis": i.debut, **colonnes(attente)}
        return cls.model_validate({**colonnes(i), **valeurs})


class ApercuOrganismeOut(Sortie):
    """Ce que l'émission ferait d'un organisme."""

    organisme: str
    etat: EtatApercu
    numero: str | None = None
    raison: str | None = None
    facture: ProjetOut | None = None
    attentes: tuple[AttenteProjetOut, ...] = ()

    @classmethod
    def de(cls, apercu: Apercu) -> "ApercuOrganismeOut":
        projet = apercu.projet
        valeurs = {
            **colonnes(apercu),
            "facture": projet and documents.de_projet(projet),
            "attentes": [*map(AttenteProjetOut.de, projet.attentes)] if projet else (),
        }
        return cls.model_validate(valeurs)


class ApercuOut(Sortie):
    """Le calcul de l'émission, rien d'écrit (FAC-7)."""

    periode: Periode
    organismes: list[ApercuOrganismeOut]

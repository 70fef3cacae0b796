"""Les corps des rapports gardés et des exécutions."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from noyau import Mois
from socle import champs
from socle.bd.instructions import Ligne
from socle.web import Entree, Sortie


class ExecutionIn(Entree):
    """Établir tous les rapports d'un mois (SLA-9)."""

    model_config = champs.exemple({"periode": "2026-09"})

    periode: champs.Periode = Field(description="Un mois fini, « aaaa-mm ».")

    @property
    def mois(self) -> Mois:
        return Mois.lire(self.periode)


class ExecutionOut(Sortie):
    """L'établissement des rapports d'un mois : celui de tous, puis celui de chaque organisme."""

    id: UUID
    periode: str
    etat: Literal["en_cours", "arretee", "terminee"]
    demandee_le: datetime
    demandee_par: str
    arretee_le: datetime | None
    rapports: int = Field(description="Combien elle en établit.")
    etablis: int
    ecartes: int = Field(description="Combien n'ont pu l'être; une reprise y revient.")


class TraitementOut(Sortie):
    """Un rapport d'une exécution : à établir, établi, ou mis de côté."""

    organisme: str | None = Field(description="null : le rapport de tous.")
    empreinte: str | None = Field(description="Du rapport établi; null : il ne l'est pas.")
    raison: str | None = Field(description="Pourquoi il n'a pu l'être.")
    traite_le: datetime | None = Field(description="null : il reste à établir.")

    @classmethod
    def de(cls, ligne: Ligne) -> "TraitementOut":
        return cls(
            organisme=ligne.organisme or None,
            empreinte=ligne.empreinte,
            raison=ligne.raison,
            traite_le=ligne.traite_le,
        )


class RapportOut(Sortie):
    """Un rapport gardé; son empreinte le nomme, et le lire la demande."""

    periode: str
    organisme: str | None = Field(description="null : le rapport de tous.")
    empreinte: str = Field(description="SHA-256 de ce qu'il dit.")
    etabli_le: datetime
    provisoire: bool = Field(description="Vrai : le mois n'était pas fermé (SLA-7).")
    conserve_jusquau: date

    @classmethod
    def de(cls, ligne: Ligne) -> "RapportOut":
        return cls(
            periode=ligne.periode,
            organisme=ligne.organisme or None,
            empreinte=ligne.empreinte,
            etabli_le=ligne.etabli_le,
            provisoire=ligne.provisoire,
            conserve_jusquau=ligne.conserve_jusquau,
        )

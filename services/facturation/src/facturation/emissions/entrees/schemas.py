"""Les corps reçus et rendus par les émissions."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, Periode
from facturation.base import TarifConnu
from facturation.creances.domaine.creances import Attente, Nature
from facturation.emissions.cas_usage import ApercuTraite
from facturation.emissions.domaine.approbations import APPROUVES_A_LA_FOIS, Approbation
from facturation.emissions.domaine.executions import (
    Apercu,
    EtatApercu,
    EtatTraitement,
    Execution,
)
from facturation.factures.domaine import documents
from facturation.factures.entrees.schemas import Argent, Numero, ProjetOut
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
    empreinte: str | None = Field(
        default=None, description="SHA-256 de `facture`, en JSON canonique : ce qu'on approuve."
    )
    approbation: UUID | None = Field(
        default=None, description="Celle dont ce projet suit l'horizon (FAC-7)."
    )
    facture: ProjetOut | None = None
    attentes: tuple[AttenteProjetOut, ...] = ()

    @classmethod
    def de(cls, apercu: Apercu) -> "ApercuOrganismeOut":
        projet = apercu.projet
        facture = projet and documents.de_projet(projet)
        valeurs = {
            **colonnes(apercu),
            "empreinte": facture and documents.empreinte(facture),
            "facture": facture,
            "attentes": [*map(AttenteProjetOut.de, projet.attentes)] if projet else (),
        }
        return cls.model_validate(valeurs)


class ApercuOut(Sortie):
    """Le calcul de l'émission, rien d'écrit (FAC-7)."""

    periode: Periode
    organismes: list[ApercuOrganismeOut]


class ApercuVuIn(Entree):
    """L'aperçu d'un organisme, tel qu'on l'a lu."""

    organisme: CodeOrganisme
    empreinte: str = Field(
        pattern="^[0-9a-f]{64}$",
        description="Celle que rend l'aperçu.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )


class ApprobationIn(Entree):
    """Les aperçus d'une période que l'on approuve, chacun par son empreinte."""

    model_config = exemple(
        {"periode": "2026-09", "apercus": [{"organisme": "MTQ", "empreinte": "0" * 64}]}
    )

    periode: champs.Periode = Field(description="Un mois civil « aaaa-mm ».")
    apercus: list[ApercuVuIn] = Field(min_length=1, max_length=APPROUVES_A_LA_FOIS)

    @property
    def mois(self) -> Mois:
        return Mois.lire(self.periode)


class RetraitIn(Entree):
    """Pourquoi une approbation ne doit plus valoir."""

    model_config = exemple({"motif": "Une livraison de septembre vient d'être annulée."})

    motif: champs.Motif


class ApprobationOut(Sortie):
    """Un aperçu approuvé, et l'horizon que suivra son émission (FAC-7)."""

    id: UUID
    organisme: str
    periode: Periode
    empreinte: str = Field(description="Celle de l'aperçu, et de ce qui s'émettra.")
    lignes: int
    total: Argent
    jalons: dict[str, datetime | None] = Field(
        description="De chaque producteur, l'instant jusqu'où tout était reçu."
    )
    approuvee_le: datetime
    approuvee_par: str
    retiree_le: datetime | None = Field(description="Absent : l'émission la suit.")
    retiree_par: str | None
    motif_du_retrait: str | None

    @classmethod
    def de(cls, a: Approbation) -> "ApprobationOut":
        retrait = a.retrait
        return cls.model_validate(
            {
                **colonnes(a),
                "periode": str(a.periode),
                "jalons": a.horizon.jalons,
                "retiree_le": retrait and retrait.le,
                "retiree_par": retrait and retrait.par,
                "motif_du_retrait": retrait and retrait.motif,
            }
        )


class ApprobationLueOut(ApprobationOut):
    """La même, et ce qu'on a appris depuis : cela ira à la période ouverte (FAC-7)."""

    document: Numero | None = Field(description="Celui de la période; absent : pas encore émis.")
    sources_apprises_depuis: int = Field(
        description="Combien de sources ont changé depuis, sans rien changer à ce document."
    )
    apprises_depuis: list[str] = Field(description="Les premières, par nom.", max_length=20)


class ApercuTraiteOut(Sortie):
    """Ce qu'il est advenu d'un aperçu du lot."""

    organisme: str
    etat: Literal["approuve", "refuse"]
    raison: str | None
    approbation: ApprobationOut | None

    @classmethod
    def de(cls, sort: ApercuTraite) -> "ApercuTraiteOut":
        approuvee = None if sort.approbation is None else ApprobationOut.de(sort.approbation)
        return cls(
            organisme=sort.organisme,
            etat="approuve" if approuvee else "refuse",
            raison=sort.raison,
            approbation=approuvee,
        )


class ApprobationsOut(Sortie):
    """Le sort de chaque aperçu, par organisme."""

    periode: Periode
    sorts: list[ApercuTraiteOut]

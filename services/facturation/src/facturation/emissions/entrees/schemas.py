"""Les corps reçus et rendus par les émissions."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import Field

from contrats.base import CodeOrganisme, Periode
from facturation.base import TarifConnu
from facturation.creances.domaine.creances import Attente, Nature
from facturation.emissions.cas_usage import ApercuTraite
from facturation.emissions.domaine.approbations import APPROUVES_A_LA_FOIS, Approbation
from facturation.emissions.domaine.executions import Apercu, EtatApercu, EtatTraitement
from facturation.emissions.domaine.suivi import EtatExecution, GesteExecution, Suivi
from facturation.factures.adaptateurs.rendus.lecture import LignesLues, Precedent
from facturation.factures.domaine import documents
from facturation.factures.entrees.schemas import (
    Argent,
    EcartsOut,
    Numero,
    ProjetOut,
    SousTotauxOut,
)
from noyau import Mois
from socle import champs
from socle.bd.conversion import colonnes
from socle.web import Entree, Sortie, exemple

GESTES_MONTRES: Final = 50
"""Les derniers arrêts et reprises que montre une exécution : une réponse reste bornée."""

SAUTES_MAXIMUM: Final = 240
"""Vingt ans de mois."""


class ExecutionIn(Entree):
    """Une période à émettre, ou à calculer sans rien écrire."""

    model_config = exemple({"periode": "2026-09", "apercu": False})

    periode: champs.Periode = Field(description="Un mois civil « aaaa-mm ».")
    organisme: CodeOrganisme | None = Field(default=None, description="Absent : tous.")
    apercu: bool = Field(default=False, description="Vrai : calcule et n'écrit rien (FAC-7).")
    approuves_seulement: bool = Field(
        default=False,
        description="Vrai : met de côté l'organisme dont l'aperçu n'est pas approuvé (FAC-7).",
    )
    sauter: list[champs.Periode] = Field(
        default=[],
        max_length=SAUTES_MAXIMUM,
        description="Les mois d'avant, jamais émis, que cette émission ferme : exactement eux. Ce"
        " qui en est dû va à la sienne; ils ne s'émettront plus (FAC-6).",
    )

    @property
    def mois(self) -> Mois:
        return Mois.lire(self.periode)

    @property
    def sautes(self) -> tuple[Mois, ...]:
        return tuple(sorted({Mois.lire(mois) for mois in self.sauter}))


class TraitementOut(Sortie):
    """Où en est un organisme; en attente, la raison est dite."""

    organisme: str
    etat: EtatTraitement
    numero: str | None
    total: Argent | None
    raison: str | None
    traite_le: datetime | None = Field(description="Absent : à faire.")


class ParEtatOut(Sortie):
    """Combien d'organismes d'une exécution sont dans chaque état."""

    a_faire: int
    emise: int
    deja_emise: int
    sans_ligne: int
    en_attente: int = Field(description="Mis de côté, chacun avec sa raison.")


class ExecutionListeeOut(Sortie):
    """Une exécution, et où elle en est (FAC-6)."""

    id: UUID
    periode: Periode
    organisme: str | None = Field(description="Absent : tous.")
    approuves_seulement: bool
    sautes: list[Periode] = Field(description="Les mois qu'elle ferme sans les émettre (FAC-6).")
    demandee_le: datetime
    demandee_par: str
    etat: EtatExecution = Field(description="Arrêtée : ce qui reste attend une reprise.")
    organismes: int
    traites: int
    par_etat: ParEtatOut
    montant_emis: Argent = Field(description="De ses documents, notes de crédit déduites.")

    @classmethod
    def de(cls, suivi: Suivi) -> "ExecutionListeeOut":
        return cls.model_validate(_listee(suivi))


def _listee(suivi: Suivi) -> dict[str, Any]:
    execution, avancement = suivi.execution, suivi.avancement
    return {
        **colonnes(execution),
        "periode": str(execution.periode),
        "sautes": [*map(str, execution.sautes)],
        "organismes": avancement.organismes,
        "traites": avancement.traites,
        "par_etat": {etat: avancement.par_etat.get(etat, 0) for etat in EtatTraitement},
        "montant_emis": avancement.montant_emis,
    }


class GestePoseOut(Sortie):
    """Un arrêt ou une reprise."""

    geste: GesteExecution
    pose_le: datetime
    pose_par: str
    organismes: int = Field(description="Combien de mis de côté une reprise remet à traiter.")


class ExecutionOut(ExecutionListeeOut):
    """Une exécution suivie : son rythme, ses gestes, ses premiers organismes (FAC-6)."""

    part: Decimal = Field(description="La part faite, de 0 à 1, chaîne décimale.")
    commencee_le: datetime | None = Field(description="Son premier organisme traité.")
    arretee_le: datetime | None
    terminee_le: datetime | None = Field(description="Son dernier, si plus rien ne reste.")
    fin_estimee: datetime | None = Field(
        description="Au rythme observé depuis la demande, ou la reprise; absent tant qu'inconnu."
    )
    gestes: list[GestePoseOut] = Field(description="Les arrêts et reprises, les derniers.")
    sorts: list[TraitementOut] = Field(
        description="Ses organismes, par code, au plus 200; tous, et par état : traitements."
    )

    @classmethod
    def du(cls, suivi: Suivi, maintenant: datetime) -> "ExecutionOut":
        return cls.model_validate(
            {
                **_listee(suivi),
                "part": suivi.avancement.part,
                "commencee_le": suivi.avancement.premier_le,
                "terminee_le": suivi.terminee_le,
                "fin_estimee": suivi.fin_estimee(maintenant),
                "gestes": suivi.execution.gestes[-GESTES_MONTRES:],
                "sorts": suivi.sorts,
            }
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
    ecarts: EcartsOut | None = None
    sous_totaux: SousTotauxOut | None = None
    attentes: tuple[AttenteProjetOut, ...] = ()

    @classmethod
    def de(cls, apercu: Apercu, precedent: Precedent | None) -> "ApercuOrganismeOut":
        """`precedent` : le document d'avant, auquel le projet se compare."""
        projet = apercu.projet
        if projet is None:
            return cls.model_validate(colonnes(apercu))
        document = documents.de_projet(projet)
        lu = LignesLues.de(document["lignes"])
        valeurs = {
            **colonnes(apercu),
            "empreinte": documents.empreinte(document),
            "facture": document,
            "ecarts": EcartsOut.de(lu, precedent.comparer(lu.pli) if precedent else None),
            "sous_totaux": SousTotauxOut.de(lu.sous_totaux),
            "attentes": [*map(AttenteProjetOut.de, projet.attentes)],
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

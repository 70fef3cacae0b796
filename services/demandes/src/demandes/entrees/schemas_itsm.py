"""Les événements que l'ITSM nous annonce : du CloudEvents JSON, un corps par type (DEM-10)."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field, TypeAdapter

from demandes.domaine.demande import Geste, Travail
from demandes.domaine.itsm import ActeItsm, Sort
from demandes.entrees.schemas_demandes import Motif, TravailCorps
from demandes.entrees.schemas_parc import InterventionIn
from socle.web import Entree, Sortie


class _SurDemande(Entree):
    demande_id: UUID


class _Motif(_SurDemande):
    motif: Motif


class _MotifFacultatif(_SurDemande):
    motif: Motif | None = None


class _Livraison(_SurDemande):
    article_id: UUID


class _Heures(_SurDemande):
    travaux: list[TravailCorps] = Field(min_length=1, max_length=50)


class _Completion(_SurDemande):
    travaux: list[TravailCorps] = Field(default_factory=list, max_length=50)


class _Recuperation(Entree):
    actif_id: UUID


class _Enveloppe(Entree):
    """Les attributs CloudEvents; `time` est l'instant où l'acte est survenu."""

    specversion: Literal["1.0"] = "1.0"
    id: str | None = Field(default=None, max_length=200)
    source: str | None = Field(default=None, max_length=200)
    datacontenttype: Literal["application/json"] = "application/json"
    time: AwareDatetime


class PriseEnCharge(_Enveloppe):
    """Le technicien prend la demande."""

    type: Literal["prise_en_charge"]
    data: _SurDemande


class Suspension(_Enveloppe):
    """La demande attend le client."""

    type: Literal["suspension"]
    data: _Motif


class Reprise(_Enveloppe):
    """La suspension est levée."""

    type: Literal["reprise"]
    data: _MotifFacultatif


class LivraisonArticle(_Enveloppe):
    """Un article est livré."""

    type: Literal["livraison"]
    data: _Livraison


class HeuresTravaillees(_Enveloppe):
    """Du temps travaillé sur un aménagement."""

    type: Literal["heures_travaillees"]
    data: _Heures


class Completion(_Enveloppe):
    """La demande est complétée."""

    type: Literal["completion"]
    data: _Completion


class Intervention(_Enveloppe):
    """Une intervention de soutien étendu."""

    type: Literal["intervention"]
    data: InterventionIn


class Recuperation(_Enveloppe):
    """Un actif est récupéré."""

    type: Literal["recuperation"]
    data: _Recuperation


SurDemande = (
    PriseEnCharge | Suspension | Reprise | LivraisonArticle | HeuresTravaillees | Completion
)
EvenementItsm = Annotated[SurDemande | Intervention | Recuperation, Field(discriminator="type")]
EVENEMENT: TypeAdapter[SurDemande | Intervention | Recuperation] = TypeAdapter(EvenementItsm)
TYPES = ("prise_en_charge", "suspension", "reprise", "livraison", "heures_travaillees",
         "completion", "intervention", "recuperation")  # fmt: skip


def acte_itsm(identifiant: str, evenement: SurDemande) -> ActeItsm:
    """L'acte du domaine que dit un événement sur une demande."""
    donnees = evenement.data
    travaux: tuple[Travail, ...] = ()
    if isinstance(donnees, _Heures | _Completion):
        travaux = tuple(travail.valeur() for travail in donnees.travaux)
    return ActeItsm(
        id=identifiant,
        demande_id=donnees.demande_id,
        geste=Geste(evenement.type),
        survenu_le=evenement.time,
        motif=donnees.motif if isinstance(donnees, _Motif | _MotifFacultatif) else None,
        article_id=donnees.article_id if isinstance(donnees, _Livraison) else None,
        travaux=travaux,
    )


class AccuseOut(Sortie):
    """Ce qu'il est advenu de l'événement; garé, il attend son prédécesseur."""

    id: str
    sort: Sort


class ActeItsmOut(Sortie):
    """Un acte reçu de l'ITSM."""

    id: str
    organisme: str
    demande_id: UUID
    geste: Geste
    survenu_le: datetime
    recu_le: datetime
    sort: Sort
    raison: str | None
    signale_le: datetime | None

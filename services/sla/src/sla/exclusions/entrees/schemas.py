"""Les corps reçus et rendus par les exclusions et les contestations."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from contrats.base import CodeCondition
from sla.exclusions.cas_usage import Contester, Prononcer
from sla.exclusions.domaine.contestations import Contestation, Etat, Objet
from sla.exclusions.domaine.exclusions import Annulation, Exclusion
from socle import champs
from socle.bd.conversion import colonnes
from socle.web import Entree, Sortie, exemple

Preuve = Annotated[champs.Nom, Field(description="Une référence qu'un tiers peut retrouver.")]
Empreinte = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 de la pièce, en hexadécimal.",
        examples=["2e96c1d84f0e4f2f5b6b9d2a7a6f0f8a1d3b8c47c5e9f6027b14d8e3a95c7f60"],
    ),
]
EtatExclusion = Literal["en_vigueur", "annulee"]


class ExclusionIn(Entree):
    """La mesure à sortir du taux ajusté, pourquoi, et ce qui l'établit."""

    model_config = exemple(
        {
            "mesure_id": "0199a1b2-0000-5000-8000-000000000001",
            "condition": "force_majeure",
            "motif": "Le verglas du 9 a fermé l'entrepôt trois jours.",
            "preuve": "Avis de la Sécurité civile 2026-114",
            "empreinte": "2e96c1d84f0e4f2f5b6b9d2a7a6f0f8a1d3b8c47c5e9f6027b14d8e3a95c7f60",
        }
    )

    mesure_id: UUID
    condition: CodeCondition = Field(
        description="Ce qui s'invoque : « force_majeure », « cas_fortuit »; un refus en dit la"
        " liste.",
        examples=["force_majeure"],
    )
    motif: champs.Motif
    preuve: Preuve
    empreinte: Empreinte | None = None
    fait_nouveau: champs.Motif | None = Field(
        default=None,
        description="Exigé pour revenir sur ce qu'une contestation a obtenu; refusé sinon.",
    )

    def commande(self, id_: UUID) -> Prononcer:
        return Prononcer(id=id_, **self.model_dump())


class AnnulationIn(Entree):
    """Pourquoi une exclusion ne vaut plus."""

    model_config = exemple({"motif": "L'entrepôt est resté ouvert, après vérification."})

    motif: champs.Motif


class ExclusionPrononceeOut(Sortie):
    """Une exclusion qu'une personne a prononcée, et ce qui l'annule s'il y a lieu (SLA-8)."""

    id: UUID
    organisme: str
    mesure_id: UUID
    sujet: str = Field(description="La sorte de sujet.")
    sujet_id: str
    fiche: str
    indicateur: str
    condition: str
    libelle: str = Field(description="Celui de la condition le jour où elle fut invoquée.")
    motif: str
    preuve: str
    empreinte: str | None
    fait_nouveau: str | None = Field(
        description="Ce qui permet de revenir sur ce qu'une contestation a obtenu."
    )
    prononcee_le: datetime
    prononcee_par: str
    etat: EtatExclusion
    annulee_le: datetime | None
    annulee_par: str | None
    motif_annulation: str | None
    contestation_id: UUID | None = Field(description="La contestation qui a obtenu l'annulation.")

    @classmethod
    def de(cls, exclusion: Exclusion) -> Self:
        annulation = exclusion.annulation
        return cls.model_validate(
            {
                **colonnes(exclusion),
                **_annulation(annulation),
                "etat": "en_vigueur" if annulation is None else "annulee",
            }
        )


def _annulation(annulation: Annulation | None) -> dict[str, object]:
    return {
        "annulee_le": annulation and annulation.annulee_le,
        "annulee_par": annulation and annulation.annulee_par,
        "motif_annulation": annulation and annulation.motif,
        "contestation_id": annulation and annulation.contestation_id,
    }


class ContestationIn(Entree):
    """Ce que l'organisme n'admet pas d'une mesure, et pourquoi."""

    model_config = exemple(
        {
            "objet": "suspension",
            "objet_id": "0199a1b2-0000-7000-8000-000000000002",
            "motif": "Nous avions répondu le matin même : rien n'attendait notre réponse.",
            "preuve": "Courriel du 9 septembre 2026, 8 h 12",
        }
    )

    objet: Objet = Field(
        description="« exclusion » : prononcée par une personne; « condition » : de la fiche, qui"
        " exclut une mesure; « suspension » : un fait qui suspend des mesures;"
        " « indisponibilite » : la durée d'une indisponibilité."
    )
    objet_id: UUID = Field(
        description="L'exclusion; la mesure, d'une condition; l'événement, d'une suspension;"
        " l'indisponibilité."
    )
    condition: CodeCondition | None = Field(
        default=None, description="D'une condition seulement : son code."
    )
    motif: champs.Motif
    fait_nouveau: champs.Motif | None = Field(
        default=None,
        description="Exigé pour revenir sur ce qui fut tranché; refusé si rien ne l'est.",
    )
    preuve: Preuve | None = None
    empreinte: Empreinte | None = None

    @model_validator(mode="after")
    def _une_condition_seulement(self) -> Self:
        if (self.condition is not None) is not (self.objet is Objet.CONDITION):
            raise ValueError("Le code d'une condition se dit d'une condition, et d'elle seule.")
        return self

    def commande(self, id_: UUID) -> Contester:
        return Contester(id=id_, **self.model_dump())


class DecisionIn(Entree):
    """Ce que le MCN décide d'une contestation, et pourquoi."""

    model_config = exemple(
        {"decision": "acceptee", "motif": "Le courriel du 9 montre que rien n'attendait le client."}
    )

    decision: Literal["acceptee", "rejetee"]
    motif: champs.Motif


class RetraitIn(Entree):
    """Pourquoi l'organisme retire sa contestation, s'il veut le dire."""

    model_config = exemple({})

    motif: champs.Motif | None = None


class ContestationOut(Sortie):
    """Une contestation, et ce qui la finit s'il y a lieu (SLA-8)."""

    id: UUID
    organisme: str
    objet: Objet
    objet_id: UUID
    condition: str | None
    sujet: str = Field(description="La sorte de sujet.")
    sujet_id: str
    etat: Etat
    motif: str
    fait_nouveau: str | None
    preuve: str | None
    empreinte: str | None
    ouverte_le: datetime
    ouverte_par: str
    motif_decision: str | None
    prise_le: datetime | None = Field(description="Quand elle a fini.")
    prise_par: str | None

    @classmethod
    def de(cls, contestation: Contestation) -> Self:
        decision = contestation.decision
        return cls.model_validate(
            {
                **colonnes(contestation),
                "etat": contestation.etat,
                "motif_decision": decision and decision.motif,
                "prise_le": decision and decision.prise_le,
                "prise_par": decision and decision.prise_par,
            }
        )

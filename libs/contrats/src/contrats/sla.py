"""Les faits que publie sla : services, cibles, taux, et ce qu'on décide d'une mesure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contrats.base import (
    CodeCondition,
    CodeFiche,
    CodeIndicateur,
    CodeOrganisme,
    CodeOuvert,
    Evenement,
    Instant,
    Jour,
    Periode,
    Taux,
)


class IndisponibiliteConstatee(Evenement):
    """Un service n'a pas été rendu de `debut` à `fin`; redite, la dernière vaut (SLA-5)."""

    TYPE: ClassVar[str] = "indisponibilité.constatée"
    PRODUCTEUR: ClassVar[str] = "sla"
    CLE: ClassVar[str] = "indisponibilite_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("indisponibilite",)
    SUJETS: ClassVar[Mapping[str, str]] = MappingProxyType({"service": "service"})

    indisponibilite_id: UUID = Field(description="L'indisponibilité.")
    service: CodeOuvert = Field(description="Le service atteint.", examples=["messagerie"])
    nature: CodeOuvert = Field(
        description="« panne », « degradation » ou « maintenance » (SLA-5).", examples=["panne"]
    )
    portee: CodeOuvert = Field(
        description="« tous », « organismes » ou « sites ».", examples=["organismes"]
    )
    organismes: tuple[CodeOrganisme, ...] = Field(
        default=(), description="Les organismes atteints; vide : tous."
    )
    sites: tuple[str, ...] = Field(default=(), description="Les sites atteints; vide : tous.")
    debut: Instant = Field(description="Quand elle a commencé.")
    fin: Instant | None = Field(default=None, description="Exclue; absente : elle dure.")
    annulee: bool = Field(default=False, description="Vrai : elle n'a jamais eu lieu.")


class _Exclusion(Evenement):
    """Ni motif, ni preuve, ni auteur ne voyagent : ils se lisent par API."""

    PRODUCTEUR: ClassVar[str] = "sla"
    CLE: ClassVar[str] = "exclusion_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("exclusion",)

    organisme: CodeOrganisme
    exclusion_id: UUID = Field(description="L'exclusion.")
    mesure_id: UUID = Field(description="La mesure : v5 de (sujet, fiche, indicateur).")
    sujet: CodeOuvert = Field(description="La sorte de sujet mesuré.", examples=["demande"])
    sujet_id: str = Field(description="L'identifiant du sujet.")
    fiche: CodeFiche
    indicateur: CodeIndicateur


class ExclusionPrononcee(_Exclusion):
    """Une personne du MCN exclut une mesure du taux ajusté (SLA-8)."""

    TYPE: ClassVar[str] = "exclusion.prononcée"

    condition: CodeCondition
    fait_nouveau: bool = Field(
        default=False,
        description="Vrai : un fait nouveau y revient sur ce qu'une contestation a obtenu.",
    )


class ExclusionAnnulee(_Exclusion):
    """Une exclusion ne vaut plus : la mesure revient au taux ajusté (SLA-8)."""

    TYPE: ClassVar[str] = "exclusion.annulée"

    contestation_id: UUID | None = Field(
        default=None, description="La contestation qui l'a obtenue; absente : d'office."
    )


class _ContestationMesure(Evenement):
    """Ni motif, ni preuve, ni auteur ne voyagent : ils se lisent par API."""

    PRODUCTEUR: ClassVar[str] = "sla"
    CLE: ClassVar[str] = "contestation_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("contestation",)

    organisme: CodeOrganisme
    contestation_id: UUID = Field(description="La contestation.")
    objet: CodeOuvert = Field(
        description="« exclusion », « condition », « suspension » ou « indisponibilite ».",
        examples=["suspension"],
    )
    objet_id: UUID = Field(
        description="L'exclusion; la mesure, d'une condition; l'événement, d'une suspension;"
        " l'indisponibilité."
    )
    condition: CodeCondition | None = Field(
        default=None, description="D'une condition seulement : son code."
    )


class ContestationMesureOuverte(_ContestationMesure):
    """Un organisme conteste une exclusion, une suspension, une indisponibilité (SLA-8)."""

    TYPE: ClassVar[str] = "contestation_mesure.ouverte"


class ContestationMesureTranchee(_ContestationMesure):
    """Le MCN a décidé; acceptée, la mesure est déjà rejouée (SLA-8)."""

    TYPE: ClassVar[str] = "contestation_mesure.tranchée"

    decision: CodeOuvert = Field(description="« acceptee » ou « rejetee ».", examples=["acceptee"])


class ContestationMesureRetiree(_ContestationMesure):
    """L'organisme retire sa contestation avant la décision (SLA-8)."""

    TYPE: ClassVar[str] = "contestation_mesure.retirée"


class AlerteDeCible(Evenement):
    """Ce qui s'annonce d'une mesure, une fois (SLA-6)."""

    PRODUCTEUR: ClassVar[str] = "sla"
    CLE: ClassVar[str] = "mesure_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("mesure",)

    organisme: CodeOrganisme
    mesure_id: UUID = Field(description="La mesure : v5 de (sujet, fiche, indicateur).")
    sujet: CodeOuvert = Field(description="La sorte de sujet mesuré.", examples=["demande"])
    sujet_id: str = Field(description="L'identifiant du sujet.")
    numero: str | None = Field(
        default=None, description="Le numéro lisible du sujet.", examples=["D-2026-000123"]
    )
    fiche: CodeFiche
    fiche_version: int = Field(description="La version de la fiche qui régit la mesure.")
    indicateur: CodeIndicateur
    exclue: bool = Field(description="Vrai si la mesure est hors du taux ajusté.")


class CibleARisque(AlerteDeCible):
    """L'échéance d'une mesure ouverte approche; reprise ou reportée, elle se redit (SLA-6)."""

    TYPE: ClassVar[str] = "cible.à_risque"

    echeance: Jour = Field(description="Le dernier jour où finir tient la cible.")


class CibleManquee(AlerteDeCible):
    """L'échéance d'une mesure est passée; dit dès ce jour, sans attendre la fin (SLA-6)."""

    TYPE: ClassVar[str] = "cible.manquée"

    echeance: Jour | None = Field(
        default=None,
        description="Le dernier jour où finir tenait la cible; absente : elle a fini, manquée,"
        " avant qu'on puisse l'annoncer.",
    )


class TauxFerme(Evenement):
    """Le taux d'un indicateur, d'un mois qu'on vient de fermer : il ne change plus (SLA-7)."""

    TYPE: ClassVar[str] = "taux.fermé"
    PRODUCTEUR: ClassVar[str] = "sla"
    CLE: ClassVar[str] = "periode"
    AGREGATS: ClassVar[tuple[str, ...]] = ("periode",)

    periode: Periode
    exercice: str = Field(description="L'exercice du mois.", examples=["2026-2027"])
    indicateur: CodeIndicateur = Field(description="L'indicateur mesuré.")
    organisme: CodeOrganisme | None = Field(
        default=None, description="L'organisme; absent : tous ensemble."
    )
    unite: CodeOuvert = Field(
        default="mesures",
        description="Ce que comptent les nombres : des « mesures », ou les « secondes » d'un temps"
        " de service. « minutes », que disent les plus anciens, y vaut « secondes ».",
        examples=["mesures"],
    )
    cible: Taux | None = Field(default=None, description="La part promise; absente : sans cible.")
    mesurees: int = Field(ge=0, description="Les mesures finies ce mois-là.")
    conformes: int = Field(ge=0, description="De celles-là, celles qui ont tenu.")
    mesurees_ajuste: int = Field(ge=0, description="Les mesurées que rien n'exclut.")
    conformes_ajuste: int = Field(ge=0, description="De celles-là, celles qui ont tenu.")
    manquants: tuple[str, ...] = Field(
        default=(), description="Les producteurs dont on n'avait pas tout reçu; vide : aucun."
    )
    empreinte: str = Field(description="L'empreinte des mesures qui font ce taux.")


class RecalculAccepte(Evenement):
    """Une personne a lu ce qu'un candidat changerait, et l'accepte : il peut se publier (SLA-7)."""

    TYPE: ClassVar[str] = "recalcul.accepté"
    PRODUCTEUR: ClassVar[str] = "sla"
    CLE: ClassVar[str] = "recalcul_id"
    AGREGATS: ClassVar[tuple[str, ...]] = ("recalcul",)

    recalcul_id: UUID = Field(description="Le rapport de recalcul.")
    sorte: CodeOuvert = Field(description="« calendrier » ou « fiche ».", examples=["calendrier"])
    candidat: str = Field(description="La version visée.", examples=["2026-2", "POSTES 3"])
    debut: Jour = Field(description="Le premier jour qu'elle décide, date de Québec.")
    empreinte: str = Field(description="SHA-256 du candidat : ce qui se publie a la même.")
    accepte_par: str = Field(description="Qui l'a accepté.", examples=["mesure-1"])
    calendriers: int | None = Field(
        default=None,
        description="Combien de versions du calendrier le rapport a lues : une de plus le périme.",
        examples=[3],
    )


EVENEMENTS: tuple[type[Evenement], ...] = (
    IndisponibiliteConstatee,
    ExclusionPrononcee,
    ExclusionAnnulee,
    ContestationMesureOuverte,
    ContestationMesureTranchee,
    ContestationMesureRetiree,
    CibleARisque,
    CibleManquee,
    TauxFerme,
    RecalculAccepte,
)

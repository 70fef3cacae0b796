"""Les corps rendus; aucune entrée : le service ne s'alimente que du bus."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import AliasPath, Field

from sla.exclusions.entrees.schemas import EtatExclusion
from sla.fiches.entrees.schemas import Part
from socle.web import Sortie

Verdict = Literal["conforme", "manquee", "depassee", "en_cours", "non_mesuree"]


class AnnulationOut(Sortie):
    """Qui a annulé une exclusion, quand et pourquoi."""

    le: datetime
    par: str
    motif: str | None
    contestation_id: UUID | None = Field(description="La contestation qui l'a obtenue.")


class ExamenOut(Sortie):
    """Une condition examinée, avec sa preuve et sa conclusion (SLA-8)."""

    condition: str = Field(description="Le code de la condition dans sa fiche.")
    libelle: str
    conclusion: Literal["exclue", "retenue", "signalee", "sans_objet", "annulee"]
    preuve: str
    auteur: str = Field(description="La règle, ou la personne qui a invoqué la condition.")
    exclusion_id: UUID | None = Field(
        default=None, description="L'exclusion prononcée; null : la condition est de la fiche."
    )
    motif: str | None = None
    fait_nouveau: str | None = Field(
        default=None,
        description="Ce qui a permis de revenir sur ce qu'une contestation avait obtenu.",
    )
    le: datetime | None = Field(default=None, description="Quand elle fut prononcée.")
    annulation: AnnulationOut | None = None


class MesureOut(Sortie):
    """Un sujet vu par un indicateur d'une fiche (SLA-10)."""

    id: UUID = Field(
        description="v5 de (sujet, fiche, indicateur) : le même de version en version."
    )
    organisme: str
    sujet: str = Field(description="La sorte de sujet : « demande », « contrat ».")
    sujet_id: str
    numero: str | None = Field(description="Le numéro lisible du sujet, s'il en a un.")
    sorte: str | None = Field(description="Ce que le sujet est, s'il le dit.")
    verdict: Verdict
    raison: str
    indicateur: str
    fiche: str
    fiche_version: int = Field(description="La version en vigueur au jour J0.")
    calendrier: str = Field(
        description="La version du calendrier qui décide de la fin; à défaut, du J0."
    )
    horloge: str = Field(description="Ce que l'on compte : « jours_ouvrables », « date_convenue »…")
    delai: int | None = Field(description="Dans l'unité de l'horloge; null : elle n'en a pas.")
    cible: Part
    j0: date | None = Field(description="null : pas encore ouverte.")
    fin: datetime | None
    jours: int | None = Field(description="Jours comptés; null si elle court, ou n'en compte pas.")
    echeance: date | None = Field(
        description="D'une mesure qui court, le dernier jour où finir tient la cible; null tant"
        " qu'une suspension le reporte, ou si rien n'en donne un."
    )
    periode: str | None
    exercice: str | None
    exclue: bool = Field(description="Hors du taux ajusté.")
    signalee: bool
    examens: list[ExamenOut]


class ExclusionOut(Sortie):
    """Une exclusion motivée, de la fiche ou d'une personne, en vigueur ou annulée (SLA-8)."""

    mesure_id: UUID
    organisme: str
    sujet: str = Field(description="La sorte de sujet.")
    sujet_id: str
    numero: str | None
    indicateur: str
    periode: str | None = Field(description="null : la mesure court encore.")
    condition: str
    libelle: str
    preuve: str
    auteur: str = Field(description="La règle, ou la personne qui l'a prononcée.")
    exclusion_id: UUID | None = Field(description="null : la condition est de la fiche.")
    motif: str | None
    fait_nouveau: str | None = Field(
        description="Ce qui a permis de revenir sur ce qu'une contestation avait obtenu."
    )
    prononcee_le: datetime | None = Field(description="null : la condition est de la fiche.")
    etat: EtatExclusion
    annulation: AnnulationOut | None


class FaitOut(Sortie):
    """Un événement du sujet, et ce qu'il fait à la mesure."""

    evenement_id: UUID = Field(validation_alias=AliasPath("episode", "acte_id"))
    nature: str = Field(
        examples=["demande.suspendue"], validation_alias=AliasPath("episode", "type")
    )
    survenu_le: datetime = Field(validation_alias=AliasPath("episode", "survenu_le"))
    annonce_le: datetime | None = Field(
        description="L'heure d'abord annoncée, si une rectification l'a corrigée (DEM-13).",
        validation_alias=AliasPath("episode", "annonce_le"),
    )
    enregistre_le: datetime = Field(
        description="Quand il a été annoncé.",
        validation_alias=AliasPath("episode", "enregistre_le"),
    )
    nul: bool = Field(description="Vrai si une rectification l'a annulé (DEM-13).")
    contestation_id: UUID | None = Field(
        default=None,
        description="D'un fait qui suspendait : la contestation acceptée qui l'écarte (SLA-8).",
        validation_alias=AliasPath("ecarte_par", "id"),
    )
    effet: str


def _de_l_intervalle(nom: str) -> AliasPath:
    return AliasPath("intervalle", nom)


class IntervalleOut(Sortie):
    """Des jours qui se suivent et ont le même sort; `debut` et `fin` sont compris."""

    debut: date = Field(validation_alias=_de_l_intervalle("debut"))
    fin: date = Field(validation_alias=_de_l_intervalle("fin"))
    motif: Literal[
        "avant_j0", "j0", "compte", "fin", "client", "personne", "fin_de_semaine", "ferie",
        "en_cours",
    ] = Field(validation_alias=_de_l_intervalle("motif"))  # fmt: skip
    libelle: str = Field(
        description="Le nom du jour férié, sinon vide.",
        validation_alias=_de_l_intervalle("libelle"),
    )
    jours: int = Field(
        description="Jours comptés de l'intervalle.", validation_alias=_de_l_intervalle("jours")
    )
    phrase: str = Field(validation_alias=_de_l_intervalle("phrase"))
    regle: str = Field(description="Pourquoi ces jours comptent, ou non.")
    evenements: list[UUID] = Field(
        description="Les faits qui en décident; vide : le calendrier seul.",
        validation_alias="actes",
    )


class SuspensionOut(Sortie):
    """Les jours qu'un même fait laisse à la charge du client : ils ne comptent pas (SLA-2)."""

    evenement_id: UUID = Field(validation_alias="acte")
    debut: date
    fin: date = Field(description="Le dernier de ces jours, compris.")
    jours: int = Field(description="Dans l'unité de l'horloge.")


class RegimeOut(Sortie):
    """La fiche en vigueur au jour J0 et ce qu'elle promet."""

    indicateur: str = Field(validation_alias=AliasPath("indicateur", "code"))
    libelle: str = Field(validation_alias=AliasPath("indicateur", "libelle"))
    fiche: str
    fiche_version: int = Field(validation_alias="version")
    horloge: str = Field(validation_alias=AliasPath("indicateur", "horloge"))
    delai: int | None = Field(
        description="Dans l'unité de l'horloge; null : elle n'en a pas.",
        validation_alias=AliasPath("indicateur", "delai"),
    )
    cible: Part = Field(validation_alias=AliasPath("indicateur", "cible"))


class ExplicationOut(Sortie):
    """Tout ce qu'il faut pour refaire le verdict à la main."""

    mesure_id: UUID = Field(validation_alias=AliasPath("mesure", "id"))
    organisme: str = Field(validation_alias=AliasPath("mesure", "organisme"))
    sujet: str = Field(validation_alias=AliasPath("mesure", "sujet", "sorte"))
    sujet_id: str = Field(validation_alias=AliasPath("mesure", "sujet", "id"))
    numero: str | None = Field(validation_alias=AliasPath("mesure", "numero"))
    verdict: Verdict = Field(validation_alias=AliasPath("mesure", "verdict"))
    conclusion: str
    jours: int | None = Field(validation_alias=AliasPath("mesure", "jours"))
    j0: date | None = Field(validation_alias=AliasPath("mesure", "j0"))
    fin: datetime | None = Field(validation_alias=AliasPath("mesure", "fin"))
    echeance: date | None = Field(
        description="Celle de la mesure : null tant qu'une suspension la reporte.",
        validation_alias=AliasPath("mesure", "echeance", "le"),
        default=None,
    )
    echeance_projetee: date | None = Field(
        description="D'une mesure en cours; suspendue, celle qu'elle aurait si elle reprenait à"
        " l'instant."
    )
    calendrier: str = Field(
        description="La version du calendrier qui décide de la fin; à défaut, du J0.",
        validation_alias=AliasPath("mesure", "calendrier"),
    )
    calendriers: list[str] = Field(
        description="Les versions qui décident de ses jours; plusieurs si l'une a suivi l'autre."
    )
    regime: RegimeOut = Field(validation_alias=AliasPath("mesure", "regime"))
    intervalles: list[IntervalleOut]
    suspensions: list[SuspensionOut] = Field(
        description="Les jours à la charge du client, fait par fait.",
        validation_alias=AliasPath("detail", "suspensions"),
    )
    faits: list[FaitOut]
    conditions: list[ExamenOut] = Field(validation_alias=AliasPath("mesure", "examens"))

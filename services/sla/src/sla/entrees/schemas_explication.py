"""L'explication d'un verdict, en JSON (SLA-3)."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from sla.domaine.explication import Explication, FaitExplique
from sla.entrees.schemas import ExamenOut, Part, Verdict
from socle.web import Sortie


class FaitOut(Sortie):
    """Un événement de la demande, et ce qu'il fait à la mesure."""

    evenement_id: UUID
    nature: str = Field(examples=["demande.suspendue"])
    survenu_le: datetime
    enregistre_le: datetime
    sequence: int
    effet: str

    @classmethod
    def de(cls, fait: FaitExplique) -> "FaitOut":
        episode = fait.episode
        return cls(
            evenement_id=episode.evenement_id,
            nature=episode.nature.value,
            survenu_le=episode.survenu_le,
            enregistre_le=episode.enregistre_le,
            sequence=episode.sequence,
            effet=fait.effet,
        )


class IntervalleOut(Sortie):
    """Des jours qui se suivent et ont le même sort; `debut` et `fin` sont compris."""

    debut: date
    fin: date
    motif: Literal[
        "avant_j0", "j0", "compte", "fin", "client", "personne", "fin_de_semaine", "ferie",
        "en_cours",
    ]  # fmt: skip
    libelle: str = Field(description="Le nom du jour férié, sinon vide.")
    jours: int = Field(description="Jours comptés de l'intervalle.")
    phrase: str


class RegimeOut(Sortie):
    """La fiche en vigueur au jour J0 et ce qu'elle promet."""

    indicateur: str
    libelle: str
    fiche: str
    fiche_version: int
    delai: int | None = Field(description="Jours ouvrables; null : pas de délai publié.")
    cible: Part


class ExplicationOut(Sortie):
    """Tout ce qu'il faut pour refaire le verdict à la main."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mesure_id": "0199a1b2-0000-7000-8000-000000000001",
                    "organisme": "MTQ",
                    "numero": "D-2026-000123",
                    "verdict": "manquee",
                    "conclusion": "Manquée. 5 jours ouvrables comptés, pour un délai de 4.",
                    "jours": 5,
                    "j0": "2026-09-08",
                    "fin": "2026-09-15T18:30:00Z",
                    "echeance": None,
                    "calendrier": "2015-1",
                    "regime": {
                        "indicateur": "PT-3",
                        "libelle": "Installation d'un logiciel normalisé",
                        "fiche": "POSTES",
                        "fiche_version": 1,
                        "delai": 4,
                        "cible": "0.95",
                    },
                    "intervalles": [
                        {
                            "debut": "2026-09-09",
                            "fin": "2026-09-11",
                            "motif": "compte",
                            "libelle": "",
                            "jours": 3,
                            "phrase": "9 au 11 septembre 2026 : à la charge du MCN, compté",
                        }
                    ],
                    "faits": [
                        {
                            "evenement_id": "0199a1b2-0000-7000-8000-000000000002",
                            "nature": "demande.créée",
                            "survenu_le": "2026-09-08T13:00:00Z",
                            "enregistre_le": "2026-09-08T13:00:01Z",
                            "sequence": 1,
                            "effet": "à la charge du MCN",
                        }
                    ],
                    "conditions": [],
                }
            ]
        }
    )

    mesure_id: UUID
    organisme: str
    numero: str | None
    verdict: Verdict
    conclusion: str
    jours: int | None
    j0: date | None
    fin: datetime | None
    echeance: date | None = Field(description="D'une demande en cours, si rien ne la suspend plus.")
    calendrier: str
    regime: RegimeOut | None
    intervalles: list[IntervalleOut]
    faits: list[FaitOut]
    conditions: list[ExamenOut]

    @classmethod
    def de(cls, explication: Explication) -> "ExplicationOut":
        mesure, decompte = explication.mesure, explication.decompte
        return cls(
            mesure_id=mesure.demande_id,
            organisme=mesure.organisme,
            numero=mesure.creation.numero if mesure.creation else None,
            verdict=mesure.verdict.value,
            conclusion=explication.conclusion,
            jours=mesure.jours,
            j0=mesure.j0,
            fin=mesure.fin,
            echeance=explication.echeance,
            calendrier=mesure.calendrier,
            regime=_regime(explication),
            intervalles=[
                IntervalleOut.model_validate(i) for i in (decompte.intervalles if decompte else ())
            ],
            faits=[FaitOut.de(fait) for fait in explication.faits],
            conditions=[ExamenOut.model_validate(examen) for examen in mesure.examens],
        )


def _regime(explication: Explication) -> RegimeOut | None:
    regime = explication.mesure.regime
    if regime is None:
        return None
    return RegimeOut(
        indicateur=regime.indicateur.code,
        libelle=regime.indicateur.libelle,
        fiche=regime.fiche,
        fiche_version=regime.version,
        delai=regime.indicateur.delai,
        cible=regime.indicateur.cible,
    )

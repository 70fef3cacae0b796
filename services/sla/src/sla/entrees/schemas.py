"""Les corps rendus; aucune entrée : le service ne s'alimente que du bus."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from calendrier import Calendrier, VersionCalendrier
from sla.domaine.taux import Taux
from socle.web import Sortie

Verdict = Literal["conforme", "manquee", "depassee", "en_cours", "non_mesuree", "en_attente"]
Part = Annotated[
    Decimal | None, Field(description="Part entre 0 et 1, chaîne décimale; null : sans objet.")
]


class IndicateurOut(Sortie):
    """Un indicateur publié par une fiche en vigueur (CAT-5)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "PT-1",
                    "libelle": "Livraison d'un poste de travail physique et de ses logiciels",
                    "fiche": "POSTES",
                    "fiche_version": 1,
                    "mesure": "delai",
                    "cible": "0.95",
                    "delai": 10,
                    "unite_delai": "jours_ouvrables",
                    "sortes": ["poste_physique"],
                    "fin": ["poste.livré", "logiciel.installé"],
                    "conditions": ["a", "c", "e"],
                }
            ]
        }
    )

    code: str
    libelle: str
    fiche: str
    fiche_version: int
    mesure: Literal["delai", "disponibilite", "date_convenue"]
    cible: Part
    delai: int | None
    unite_delai: Literal["jours_ouvrables", "jours_civils"]
    sortes: list[str]
    fin: list[str] = Field(description="Les événements de livraison qui ferment la mesure.")
    conditions: list[str]

    @classmethod
    def de_ligne(cls, ligne: Any) -> "IndicateurOut":  # noqa: ANN401 -- une ligne SQLAlchemy
        return cls(**ligne.document, fiche=ligne.fiche, fiche_version=ligne.fiche_version)


class PartOut(Sortie):
    """Un taux et ce dont il est fait (SLA-4)."""

    conformes: int
    mesurees: int
    taux: Part
    cible_atteinte: bool | None = Field(description="null : sans cible, ou rien à mesurer.")

    @classmethod
    def de(cls, taux: Taux, cible: Decimal | None) -> "PartOut":
        return cls(
            conformes=taux.conformes,
            mesurees=taux.mesurees,
            taux=taux.arrondi,
            cible_atteinte=taux.atteint(cible),
        )


class TauxOut(Sortie):
    """Les deux taux d'un indicateur pour une période : brut, et ajusté des exclusions (SLA-4)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "indicateur": "PT-1",
                    "libelle": "Livraison d'un poste de travail physique et de ses logiciels",
                    "organisme": "MTQ",
                    "periode": "2026-09",
                    "exercice": "2026-2027",
                    "cible": "0.95",
                    "brut": {
                        "conformes": 8, "mesurees": 10, "taux": "0.8000", "cible_atteinte": False,
                    },
                    "ajuste": {
                        "conformes": 8, "mesurees": 8, "taux": "1.0000", "cible_atteinte": True,
                    },
                    "signalees": 0,
                }
            ]
        }
    )  # fmt: skip

    indicateur: str
    libelle: str
    organisme: str | None = Field(description="null : tous les organismes (MCN seulement).")
    periode: str | None = Field(description="Mois de la fin; null : tout l'exercice.")
    exercice: str
    cible: Part
    brut: PartOut
    ajuste: PartOut
    signalees: int = Field(description="Mesures dont une condition n'a pu être tranchée.")

    @classmethod
    def de_ligne(cls, ligne: Any) -> "TauxOut":  # noqa: ANN401 -- une ligne SQLAlchemy
        return cls(
            indicateur=ligne.indicateur,
            libelle=ligne.libelle,
            organisme=ligne.organisme or None,
            periode=ligne.periode or None,
            exercice=ligne.exercice,
            cible=ligne.cible,
            brut=PartOut.de(Taux(ligne.conformes, ligne.mesurees), ligne.cible),
            ajuste=PartOut.de(Taux(ligne.conformes_ajuste, ligne.mesurees_ajuste), ligne.cible),
            signalees=ligne.signalees,
        )


class ExamenOut(Sortie):
    """Une condition examinée, avec sa preuve et sa conclusion (SLA-8)."""

    condition: Literal["a", "b", "c", "d", "e"]
    libelle: str
    conclusion: Literal["exclue", "retenue", "signalee", "sans_objet"]
    preuve: str
    auteur: str


_MESURE: dict[str, Any] = {
    "id": "0199a1b2-0000-7000-8000-000000000001",
    "organisme": "MTQ",
    "numero": "D-2026-000123",
    "sorte": "poste_physique",
    "verdict": "manquee",
    "raison": "12 jours ouvrables comptés, pour un délai de 10.",
    "indicateur": "PT-1",
    "fiche": "POSTES",
    "fiche_version": 1,
    "calendrier": "2015-1",
    "delai": 10,
    "cible": "0.95",
    "j0": "2026-09-01",
    "fin": "2026-09-18T14:30:00Z",
    "jours": 12,
    "periode": "2026-09",
    "exercice": "2026-2027",
    "exclue": False,
    "signalee": False,
    "examens": [
        {
            "condition": "a",
            "libelle": "acquisition multiple",
            "conclusion": "retenue",
            "preuve": "une seule unité (demande.créée, 0199a1b2-0000-7000-8000-000000000002)",
            "auteur": "règle SLA-8",
        }
    ],
}


class MesureOut(Sortie):
    """La mesure d'une demande; son identifiant est celui de la demande."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MESURE]})

    id: UUID
    organisme: str
    numero: str | None
    sorte: str | None
    verdict: Verdict
    raison: str
    indicateur: str | None
    fiche: str | None
    fiche_version: int | None
    calendrier: str
    delai: int | None = Field(description="Jours ouvrables.")
    cible: Part
    j0: date | None
    fin: datetime | None
    jours: int | None = Field(description="Jours ouvrables comptés; null tant qu'elle court.")
    periode: str | None
    exercice: str | None
    exclue: bool = Field(description="Hors du taux ajusté.")
    signalee: bool
    examens: list[ExamenOut]


class ExclusionOut(Sortie):
    """Une exclusion motivée (SLA-8)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "mesure_id": "0199a1b2-0000-7000-8000-000000000001",
                    "organisme": "MTQ",
                    "numero": "D-2026-000123",
                    "indicateur": "PT-1",
                    "periode": "2026-09",
                    "condition": "a",
                    "libelle": "acquisition multiple",
                    "preuve": "deux unités ou plus à acquérir (demande.créée, 0199a1b2-…)",
                    "auteur": "règle SLA-8",
                }
            ]
        }
    )

    mesure_id: UUID
    organisme: str
    numero: str
    indicateur: str
    periode: str | None = Field(description="null : la demande court encore.")
    condition: str
    libelle: str
    preuve: str
    auteur: str


class FerieOut(Sortie):
    """Un jour férié, là où on l'observe."""

    jour: date
    libelle: str


class CalendrierOut(Sortie):
    """Une version du calendrier, et ses jours fériés d'une année (SLA-1)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "nom": "2015-1",
                    "en_vigueur_depuis": "2015-01-01",
                    "note": "",
                    "applique": True,
                    "annee": 2026,
                    "feries": [{"jour": "2026-09-07", "libelle": "Fête du Travail"}],
                }
            ]
        }
    )

    nom: str
    en_vigueur_depuis: date
    note: str
    applique: bool = Field(description="Vrai pour la version qui juge aujourd'hui.")
    annee: int
    feries: list[FerieOut]

    @classmethod
    def de(cls, version: VersionCalendrier, annee: int, *, applique: bool) -> "CalendrierOut":
        return cls(
            nom=version.version,
            en_vigueur_depuis=version.en_vigueur_depuis,
            note=version.note,
            applique=applique,
            annee=annee,
            feries=[
                FerieOut(jour=f.jour, libelle=f.libelle)
                for f in Calendrier.depuis(version).feries(annee)
            ],
        )

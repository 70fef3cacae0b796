"""Les corps reçus et rendus des incidents."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, field_validator

from courtier.differends.cas_usage import incidents as cas
from courtier.differends.domaine.incidents import (
    Ajout,
    Appreciation,
    Avis,
    Destinataire,
    EtatIncident,
    Incident,
    NatureIncident,
)
from courtier.differends.entrees.schemas import Dit
from courtier.pieces.domaine import Visa
from socle.bd.conversion import colonnes
from socle.champs import Jour, Motif
from socle.web import Entree, Sortie, exemple


class AvisRequisIn(Entree):
    """Les avis que l'organisme juge requis, aucun peut-être, et pourquoi."""

    model_config = exemple({"avis": ["cai"], "motif": "Risque sérieux de préjudice."})

    avis: Annotated[tuple[Destinataire, ...], Field(max_length=2)]
    motif: Motif

    @field_validator("avis")
    @classmethod
    def _sans_doublon(cls, avis: tuple[Destinataire, ...]) -> tuple[Destinataire, ...]:
        if len(set(avis)) < len(avis):
            raise ValueError("Un destinataire ne figure qu'une fois.")
        return avis

    def juges(self) -> cas.Avisables:
        return cas.Avisables(avis=self.avis, motif=self.motif)


class IncidentIn(Entree):
    """Un manquement ou un incident de confidentialité."""

    model_config = exemple(
        {
            "nature": "confidentialite",
            "survenu_le": "2026-09-21",
            "constate_le": "2026-09-21",
            "description": "Des boîtes lues par un tiers.",
            "avis_requis": {"avis": ["cai", "personnes"], "motif": "Risque sérieux."},
        }
    )

    nature: NatureIncident
    survenu_le: Jour
    constate_le: Jour
    description: Dit
    avis_requis: AvisRequisIn | None = Field(
        default=None,
        description="Exigé s'il touche un renseignement personnel; absent, il n'en touche pas.",
    )

    def commande(self, incident_id: UUID, contrat_id: UUID) -> cas.Inscrire:
        return cas.Inscrire(
            incident_id=incident_id,
            contrat_id=contrat_id,
            nature=self.nature,
            survenu_le=self.survenu_le,
            constate_le=self.constate_le,
            description=self.description,
            avisables=self.avis_requis.juges() if self.avis_requis else None,
        )


class AvisIn(Entree):
    """Un avis requis, donné ce jour-là."""

    model_config = exemple({"destinataire": "cai", "le": "2026-09-21"})

    destinataire: Destinataire
    le: Jour

    def commande(self, incident_id: UUID) -> cas.Aviser:
        return cas.Aviser(incident_id=incident_id, destinataire=self.destinataire, le=self.le)


class AjoutIn(Entree):
    """Ce qu'on a dit ou fait, ce jour-là."""

    model_config = exemple({"le": "2026-09-21", "texte": "Accès du tiers révoqués."})

    le: Jour
    texte: Dit

    def commande(self, incident_id: UUID) -> cas.Ajouter:
        return cas.Ajouter(incident_id=incident_id, le=self.le, texte=self.texte)


class ResumeIncidentOut(Sortie):
    """Un incident, tel qu'une liste le montre."""

    id: UUID
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    nature: NatureIncident
    etat: EtatIncident
    renseignements_personnels: bool
    avis_manquant: bool


class IncidentOut(Sortie):
    """Un incident, les avis jugés requis et ceux qui furent donnés."""

    id: UUID
    version: int
    organisme: str
    contrat_id: UUID
    fournisseur_id: UUID
    nature: NatureIncident
    etat: EtatIncident
    renseignements_personnels: bool
    survenu_le: date
    constate_le: date
    description: str
    inscrit: Visa
    appreciations: tuple[Appreciation, ...] = Field(description="La dernière vaut.")
    avis: tuple[Avis, ...]
    avis_manquants: tuple[Destinataire, ...]
    ajouts: tuple[Ajout, ...]
    fermeture: Ajout | None

    @classmethod
    def de(cls, incident: Incident) -> "IncidentOut":
        deduits = {"etat": incident.etat, "avis_manquants": incident.avis_manquants}
        return cls.model_validate({**colonnes(incident), **deduits})

"""Les corps des recalculs."""

import json
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, model_validator

from calendrier import FONCTION_PUBLIQUE, GenrePlage, VersionInvalide
from contrats import catalogue as faits
from contrats.base import empreinte_de
from noyau import Conflit
from sla.fiches.entrees.schemas import lire_calendrier, lire_fiche
from sla.recalculs.domaine import Candidat, Recalcul, Sorte
from socle import champs
from socle.bd.conversion import objet
from socle.bd.instructions import Ligne
from socle.web import Entree, Sortie

_EXEMPLE: dict[str, Any] = {
    "calendrier": {
        "calendrier": FONCTION_PUBLIQUE,
        "version": "2026-2",
        "en_vigueur_depuis": "2026-09-01",
        "note": "Décret de deuil national.",
        "feries": [
            {"code": "noel", "libelle": "Noël", "regle": {"fixe": "12-25"}, "report": "avance"}
        ],
        "ajouts": [{"jour": "2026-09-14", "libelle": "Deuil national"}],
        "retraits": [],
        "horaires": {
            GenrePlage.CSC.value: {"ouvrable": ["07:30-17:00"]},
            GenrePlage.SOUTIEN_ETENDU.value: {"ouvrable": ["17:00-22:00"]},
            GenrePlage.VISIOCONFERENCE.value: {"ouvrable": ["08:30-17:00"]},
            GenrePlage.MAINTENANCE.value: {"ouvrable": ["22:00-30:00"]},
        },
    }
}


class RecalculIn(Entree):
    """Un candidat, et un seul, tel que le catalogue le publierait (SLA-7)."""

    model_config = champs.exemple(_EXEMPLE)

    calendrier: faits.CalendrierPublie | None = Field(
        default=None, description="Une version du calendrier, comme `calendrier.publié` la dit."
    )
    fiche: faits.FichePubliee | None = Field(
        default=None, description="Une version d'une fiche, comme `fiche.publiée` la dit."
    )

    @model_validator(mode="after")
    def _un_seul(self) -> "RecalculIn":
        if (self.calendrier is None) == (self.fiche is None):
            raise ValueError("Donnez un calendrier ou une fiche, et un seul.")
        return self

    def candidat(self) -> Candidat:
        """Lève `Conflit` si le calendrier ne peut servir, ou n'est pas celui qu'on applique."""
        if self.fiche is not None:
            return _candidat_fiche(self.fiche)
        assert self.calendrier is not None
        return _candidat_calendrier(self.calendrier)


def _candidat_calendrier(publie: faits.CalendrierPublie) -> Candidat:
    try:
        version = lire_calendrier(publie)
    except VersionInvalide as erreur:
        raise Conflit(f"Ce calendrier ne peut servir : {erreur}.", regle="SLA-1") from erreur
    if version is None:
        raise Conflit(f"Seul le calendrier « {FONCTION_PUBLIQUE} » s'applique.", regle="SLA-1")
    dit = {"calendrier": FONCTION_PUBLIQUE, **version.vers_document()}
    entier = faits.CalendrierPublie.model_validate_json(json.dumps(dit))
    return Candidat(
        sorte=Sorte.CALENDRIER,
        nom=version.version,
        debut=version.en_vigueur_depuis,
        empreinte=empreinte_de(entier),
        document=entier.model_dump(mode="json"),
        calendrier=version,
    )


def _candidat_fiche(publiee: faits.FichePubliee) -> Candidat:
    return Candidat(
        sorte=Sorte.FICHE,
        nom=f"{publiee.code} {publiee.version}",
        debut=publiee.debut,
        empreinte=empreinte_de(publiee),
        document=publiee.model_dump(mode="json"),
        fiche=lire_fiche(publiee),
    )


def candidat_garde(sorte: str, document: dict[str, Any]) -> Candidat:
    """Le candidat d'un rapport, de ce qui s'en garde."""
    dit = json.dumps(document)
    if sorte == Sorte.CALENDRIER:
        return _candidat_calendrier(faits.CalendrierPublie.model_validate_json(dit))
    return _candidat_fiche(faits.FichePubliee.model_validate_json(dit))


class ChiffresDeplacesOut(Sortie):
    """Ce dont un taux est fait, avant (brut) et après (ajusté) exclusions."""

    conformes: int
    mesurees: int
    conformes_ajuste: int
    mesurees_ajuste: int
    depassees: int
    signalees: int


class TauxDeplaceOut(Sortie):
    """Un taux de tous ensemble qui bougerait."""

    indicateur: str
    periode: str
    avant: ChiffresDeplacesOut
    apres: ChiffresDeplacesOut


class RecalculOut(Sortie):
    """Ce qu'un candidat changerait; les disponibilités n'y sont pas (SLA-5)."""

    id: UUID
    sorte: Literal["calendrier", "fiche"]
    nom: str = Field(description="La version proposée.")
    debut: date
    empreinte: str = Field(description="Celle du candidat; ce qui se publie a la même.")
    etat: Literal["en_cours", "acheve", "accepte"]
    demande_le: datetime
    demande_par: str
    sujets: int = Field(description="Combien il en relit.")
    faits: int = Field(description="Combien sont relus.")
    ecartes: int = Field(description="De ceux-là, combien n'ont pu se rejouer.")
    verdicts: int = Field(description="Combien de mesures bougeraient.")
    corrections: dict[str, int] = Field(
        description="Par mois fermé, combien de corrections s'y ajouteraient."
    )
    taux: list[TauxDeplaceOut] = Field(description="Dits une fois le rapport achevé.")
    intrants: str | None = Field(description="L'empreinte de ce qui fut lu.")
    acheve_le: datetime | None
    accepte_le: datetime | None
    accepte_par: str | None

    @classmethod
    def de(cls, ligne: Ligne) -> "RecalculOut":
        dits = ligne._asdict()
        etat = objet(Recalcul, ligne).etat.value
        return cls.model_validate({**dits, "etat": etat, "taux": dits["taux"] or []})


class DemandeOut(Sortie):
    """Un recalcul, tel qu'on vient de le demander ou de l'accepter."""

    id: UUID
    sorte: Literal["calendrier", "fiche"]
    nom: str
    debut: date
    empreinte: str = Field(description="Celle du candidat; ce qui se publie a la même.")
    etat: Literal["en_cours", "acheve", "accepte"]
    demande_le: datetime
    demande_par: str
    accepte_le: datetime | None
    accepte_par: str | None


class JugementSupposeOut(Sortie):
    """Ce qui se juge d'une mesure."""

    verdict: str
    jours: int | None
    j0: date | None
    fin: datetime | None
    exclue: bool
    conditions: list[str]
    cible: str | None
    fiche_version: int
    calendrier: str


class VerdictOut(Sortie):
    """Une mesure dont ce qui se compte changerait."""

    mesure_id: UUID
    organisme: str
    indicateur: str
    sujet: str
    sujet_id: str
    numero: str | None
    avant: JugementSupposeOut | None = Field(description="null : elle n'est pas mesurée.")
    apres: JugementSupposeOut | None = Field(description="null : elle ne le serait plus.")
    periode_avant: str | None
    periode_apres: str | None
    corrige: list[str] = Field(description="Les mois fermés qu'elle corrigerait.")
    cause: str | None = Field(description="Celle de ces corrections.")

"""Les corps des recalculs."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import AfterValidator, Field, TypeAdapter, ValidationError, model_validator

from calendrier import FONCTION_PUBLIQUE, GenrePlage
from sla.fiches.entrees.schemas import Part
from sla.recalculs.domaine import Candidat, Recalcul, Sorte
from sla.recalculs.entrees.candidats import lire_candidat
from sla.taux.entrees.schemas import DureesOut
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


_VISIBLE: Final[TypeAdapter[str]] = TypeAdapter(Annotated[str, champs.SUR])


def _lisible(valeur: object) -> object:
    """Lève `ValueError` d'un texte qui ne se voit pas, où qu'il soit du document."""
    match valeur:
        case str():
            return _VISIBLE.validate_python(valeur)
        case dict():
            return {_VISIBLE.validate_python(nom): _lisible(v) for nom, v in valeur.items()}
        case list():
            return list(map(_lisible, valeur))
        case _:
            return valeur


_Document = Annotated[dict[str, Any], AfterValidator(_lisible)]


class RecalculIn(Entree):
    """Un candidat, et un seul, tel que le catalogue le publierait (SLA-7)."""

    model_config = champs.exemple(_EXEMPLE)

    calendrier: _Document | None = Field(
        default=None, description="Une version du calendrier, comme `calendrier.publié` la dit."
    )
    fiche: _Document | None = Field(
        default=None, description="Une version d'une fiche, comme `fiche.publiée` la dit."
    )

    @model_validator(mode="after")
    def _un_seul(self) -> "RecalculIn":
        if (self.calendrier is None) == (self.fiche is None):
            raise ValueError("Donnez un calendrier ou une fiche, et un seul.")
        return self

    def candidat(self) -> Candidat:
        """Lève `RequestValidationError` (422), ou `Conflit` si le calendrier ne peut servir."""
        sorte = Sorte.CALENDRIER if self.fiche is None else Sorte.FICHE
        try:
            return lire_candidat(sorte, self.calendrier or self.fiche or {})
        except ValidationError as erreur:
            lieu = ("body", sorte.value)
            fautes = [{**faute, "loc": (*lieu, *faute["loc"])} for faute in erreur.errors()]
            raise RequestValidationError(fautes) from erreur


class ChiffresDeplacesOut(Sortie):
    """Ce dont un taux est fait, avant (brut) et après (ajusté) exclusions, dans son unité."""

    conformes: int
    mesurees: int
    conformes_ajuste: int
    mesurees_ajuste: int
    depassees: int
    signalees: int
    cible: Part = Field(
        default=None, description="null : sans cible, ou un rapport d'avant qui ne la disait pas."
    )
    cible_atteinte: bool | None = Field(
        default=None, description="Brut; null : sans cible, ou rien à mesurer."
    )
    cible_atteinte_ajuste: bool | None = Field(default=None, description="Ajusté, de même.")


class TauxDeplaceOut(Sortie):
    """Un taux de tous ensemble qui bougerait."""

    indicateur: str
    periode: str
    unite: Literal["mesures", "secondes"] = Field(
        default="mesures", description="Ce que l'on compte : « secondes », d'une disponibilité."
    )
    avant: ChiffresDeplacesOut
    apres: ChiffresDeplacesOut


class RecalculOut(Sortie):
    """Ce qu'un candidat changerait, verdicts et disponibilités (SLA-7)."""

    id: UUID
    sorte: Literal["calendrier", "fiche"]
    nom: str = Field(description="La version proposée.")
    debut: date
    empreinte: str = Field(description="Celle du candidat; ce qui se publie a la même.")
    etat: Literal["en_cours", "acheve", "accepte"]
    demande_le: datetime
    demande_par: str
    sujets: int = Field(description="Combien il en relit.")
    mois_lu: str | None = Field(
        description="Le dernier mois dont les disponibilités sont recomptées; null : aucun."
    )
    faits: int = Field(description="Combien sont relus.")
    ecartes: int = Field(description="De ceux-là, combien n'ont pu se rejouer.")
    verdicts: int = Field(
        description="Combien de mesures, disponibilités à part, changeraient de ce qui se compte;"
        " la liste des verdicts les montre, avec les `disponibilites`."
    )
    disponibilites: int = Field(
        description="Combien de disponibilités, d'un indicateur, d'un mois, d'un organisme ou de"
        " tous, bougeraient (SLA-5)."
    )
    corrections: dict[str, int] = Field(
        description="Par mois fermé, combien de corrections s'y ajouteraient."
    )
    taux: list[TauxDeplaceOut] = Field(
        description="Dits une fois le rapport achevé : ceux dont des comptes ou la cible bougent."
        " Des jours ou une échéance qui changent sans le verdict ne se comptent pas."
    )
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

    @classmethod
    def de(cls, ligne: Ligne) -> "DemandeOut":
        return cls.model_validate({**ligne._asdict(), "etat": objet(Recalcul, ligne).etat.value})


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
    """Une mesure, ou une disponibilité, dont ce qui se compte changerait."""

    mesure_id: UUID = Field(description="La mesure; d'une disponibilité, un identifiant à elle.")
    organisme: str | None = Field(description="null : la disponibilité de tous ensemble.")
    indicateur: str
    sujet: str = Field(description="La sorte de sujet; « service », d'une disponibilité.")
    sujet_id: str = Field(description="D'une disponibilité, l'indicateur.")
    numero: str | None
    avant: JugementSupposeOut | DureesOut | None = Field(
        description="null : elle n'est pas mesurée."
    )
    apres: JugementSupposeOut | DureesOut | None = Field(
        description="null : elle ne le serait plus."
    )
    periode_avant: str | None
    periode_apres: str | None
    corrige: list[str] = Field(description="Les mois fermés qu'elle corrigerait.")
    cause: str | None = Field(description="Celle de ces corrections.")

    @classmethod
    def de(cls, ligne: Ligne) -> "VerdictOut":
        return cls.model_validate({**ligne._asdict(), "organisme": ligne.organisme or None})

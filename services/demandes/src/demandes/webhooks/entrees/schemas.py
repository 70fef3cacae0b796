"""Les corps des routes des abonnés."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, HttpUrl

from contrats import EVENEMENTS
from contrats.base import CodeOrganisme
from demandes.webhooks.domaine import EtatEnvoi, EtatWebhook
from socle.web import Entree, Sortie, exemple
from socle.web.champs import Instant

TYPES = frozenset(type_evenement for type_evenement, _ in EVENEMENTS)


def _type_connu(valeur: str) -> str:
    if valeur not in TYPES:
        raise ValueError("Ce type d'événement n'existe pas.")
    return valeur


def _adresse_simple(url: HttpUrl) -> HttpUrl:
    if url.username or url.password or url.fragment:
        raise ValueError("L'adresse ne porte ni identifiants ni fragment.")
    return url


Types = Annotated[
    list[Annotated[str, AfterValidator(_type_connu), Field(examples=["poste.livré"])]],
    Field(max_length=100, description="Types d'événements voulus; vide : tous."),
]
Url = Annotated[HttpUrl, AfterValidator(_adresse_simple)]


class WebhookIn(Entree):
    """Une adresse à abonner (DEM-10). Sans organisme : tous, pour le MCN seulement."""

    model_config = exemple(
        {"url": "https://itsm.example/sbg", "types": ["demande.créée", "poste.livré"]}
    )

    url: Url
    types: Types = Field(default_factory=list)
    organisme: CodeOrganisme | None = None


class WebhookModifIn(Entree):
    """Ce qui change; `actif` désactive ou réactive."""

    model_config = exemple({"actif": False})

    url: Url | None = None
    types: Types | None = None
    actif: bool | None = None


class RotationIn(Entree):
    """Une clé neuve; l'ancienne signe encore, sauf si elle est compromise."""

    model_config = exemple({"garder_ancienne": True})

    garder_ancienne: bool = True


class RejeuIn(Entree):
    """Ce qui n'est pas livré repart; `depuis` : ce qui a été livré depuis cet instant aussi."""

    model_config = exemple({})

    depuis: Instant | None = None


class WebhookOut(Sortie):
    """Un abonné, sans ses clés."""

    id: UUID
    organisme: str | None
    url: str
    types: list[str]
    etat: EtatWebhook
    echecs: int
    cree_le: datetime
    version: int


class WebhookCreeOut(WebhookOut):
    """Un abonné et sa clé neuve, montrée cette seule fois."""

    secret: str


class RejeuOut(Sortie):
    """Le nombre d'envois remis dans la file."""

    envois: int


class EnvoiOut(Sortie):
    """Un envoi à un abonné."""

    evenement_id: UUID
    rang: int
    type: str
    cle: str
    etat: EtatEnvoi
    essais: int
    prochain_essai: datetime
    statut: int | None
    erreur: str | None
    livre_le: datetime | None

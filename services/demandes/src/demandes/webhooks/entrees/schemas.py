"""Les corps des routes des abonnés."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, HttpUrl

from contrats import EVENEMENTS
from contrats.base import CodeOrganisme
from demandes.webhooks.domaine import Destination, EtatEnvoi, EtatWebhook
from socle.champs import Instant
from socle.web import Entree, Sortie, exemple

LONGUEUR = 2_000
"""Caractères d'une adresse, au plus."""
TYPES = frozenset(type_evenement for type_evenement, _ in EVENEMENTS)


def _type_connu(valeur: str) -> str:
    if valeur not in TYPES:
        raise ValueError("Ce type d'événement n'existe pas.")
    return valeur


def _adresse_simple(url: HttpUrl) -> HttpUrl:
    if url.username or url.password or url.fragment is not None:
        raise ValueError("L'adresse ne porte ni identifiants ni fragment.")
    # Lue et normalisée : un nom accentué y est en punycode, un chemin en pourcents.
    if len(str(url)) > LONGUEUR:
        raise ValueError(f"L'adresse a plus de {LONGUEUR} caractères.")
    hote, port = url.host or "", url.port or 0
    if len(hote) > 253 or not all(0 < len(e) <= 63 for e in hote.removesuffix(".").split(".")):
        raise ValueError("Le nom de l'hôte ne peut exister : une partie est vide ou trop longue.")
    if port not in (80, 443) and port < 1_024:
        raise ValueError("Le port est 80, 443, ou plus grand que 1023.")
    return url


def _destination(url: HttpUrl) -> Destination:
    return Destination(
        url=str(url),
        chiffree=url.scheme == "https",
        hote=(url.host or "").strip("[]"),
        port=url.port or 0,
    )


Types = Annotated[
    list[Annotated[str, AfterValidator(_type_connu), Field(examples=["poste.livré"])]],
    Field(
        max_length=100,
        description="Types d'événements voulus; vide : tous, et pour l'abonné d'un organisme, tous"
        " ceux qui nomment cet organisme.",
    ),
]
Url = Annotated[HttpUrl, AfterValidator(_adresse_simple)]


class WebhookIn(Entree):
    """Une adresse à abonner (DEM-10). Sans organisme : tous, pour le MCN seulement.

    En https, au port 443 ou 8443 d'une adresse publique; le MCN, aussi dans un réseau permis.
    """

    model_config = exemple(
        {"url": "https://itsm.example/sbg", "types": ["demande.créée", "poste.livré"]}
    )

    url: Url
    types: Types = Field(default_factory=list)
    organisme: CodeOrganisme | None = None

    @property
    def destination(self) -> Destination:
        return _destination(self.url)


class WebhookModifIn(Entree):
    """Ce qui change; `actif` désactive ou réactive."""

    model_config = exemple({"actif": False})

    url: Url | None = None
    types: Types | None = None
    actif: bool | None = None

    @property
    def destination(self) -> Destination | None:
        return None if self.url is None else _destination(self.url)


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

    secret: str | None = Field(
        description="La clé. Nulle si le même appel est répété : elle ne se montre pas deux"
        " fois. Réponse perdue ? Une rotation en donne une autre."
    )


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

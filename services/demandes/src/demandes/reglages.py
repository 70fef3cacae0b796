"""Les réglages propres aux demandes."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import SecretStr, field_validator
from pydantic_settings import NoDecode

from socle.reglages import Reglages


class ReglagesDemandes(Reglages):
    """Les clés de l'ITSM et les réseaux privés permis aux abonnés du MCN (listes à virgules)."""

    itsm_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    webhooks_reseaux_permis: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()

    @field_validator("itsm_secrets", "webhooks_reseaux_permis", mode="before")
    @classmethod
    def _lister(cls, valeur: object) -> object:
        if not isinstance(valeur, str):
            return valeur
        return [partie.strip() for partie in valeur.split(",") if partie.strip()]

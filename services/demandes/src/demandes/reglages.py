"""Les réglages propres aux demandes."""

import base64
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Final

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import NoDecode

from socle.reglages import ReglageManquant, Reglages

_PREFIXE_CLE: Final = "whsec_"
_OCTETS_CLE: Final = 24
"""Standard Webhooks : une clé plus courte se devine."""

CLE_D_ESSAI: Final = "essai:" + "c2Jn" * 10 + "c2I="
"""Hors de la production, une clé connue de tous chiffre à défaut d'une autre."""

_Secrets = Annotated[tuple[SecretStr, ...], NoDecode]


class ReglagesDemandes(Reglages):
    """Les clés de l'ITSM, et ce qui régit les webhooks sortants (les listes, à virgules).

    `webhooks_cles` : « nom:base64 » de 32 octets; la première chiffre les clés des abonnés, toutes
    les déchiffrent. `webhooks_proxy` : `http://[nom:mot@]hôte:port`. `webhooks_par_organisme` :
    les abonnés actifs d'un organisme, au plus.
    """

    itsm_secrets: _Secrets = ()
    webhooks_reseaux_permis: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    webhooks_cles: _Secrets = ()
    webhooks_proxy: SecretStr | None = None
    webhooks_par_organisme: int = Field(default=20, ge=1, le=1_000)

    @field_validator("webhooks_reseaux_permis", mode="before")
    @classmethod
    def _reseaux(cls, valeur: object) -> object:
        if not isinstance(valeur, list):
            return valeur
        try:
            return [ip_network(reseau) for reseau in valeur]
        except ValueError:
            raise ValueError("Des réseaux comme 10.0.0.0/8 sont attendus.") from None

    @field_validator("itsm_secrets", "webhooks_reseaux_permis", "webhooks_cles", mode="before")
    @classmethod
    def _lister(cls, valeur: object, info: ValidationInfo) -> object:
        if not isinstance(valeur, str):
            return valeur
        parties = [partie.strip() for partie in valeur.split(",") if partie.strip()]
        # Des clés données vides sont une faute; des réseaux, une liste vide.
        return parties or ([""] if info.field_name == "itsm_secrets" else [])

    @field_validator("itsm_secrets")
    @classmethod
    def _fortes(cls, cles: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if not all(_octets(cle.get_secret_value()) >= _OCTETS_CLE for cle in cles):
            raise ValueError(
                f"Des clés « {_PREFIXE_CLE}… » séparées par des virgules sont attendues,"
                f" d'au moins {_OCTETS_CLE} octets en base64."
            )
        return cles

    def cles_itsm(self) -> tuple[SecretStr, ...]:
        """Les clés de l'ITSM; lève `ReglageManquant` s'il n'y en a pas en production.

        Sans clé, tout ce que l'ITSM annonce serait refusé en silence (401).
        """
        if not self.itsm_secrets and self.mode == "production":
            raise ReglageManquant("SBG_ITSM_SECRETS est requis : les clés que signe l'ITSM.")
        return self.itsm_secrets

    @field_validator("webhooks_proxy", mode="before")
    @classmethod
    def _vide_est_absent(cls, valeur: object) -> object:
        return valeur or None

    @property
    def cles_de_chiffrement(self) -> list[str]:
        """Les clés des secrets; lève `ValueError` s'il n'y en a pas en production."""
        if self.webhooks_cles:
            return [cle.get_secret_value() for cle in self.webhooks_cles]
        if self.mode == "production":
            raise ValueError(
                "SBG_WEBHOOKS_CLES est requis (clés qui chiffrent celles des abonnés)."
            )
        return [CLE_D_ESSAI]


def _octets(cle: str) -> int:
    """Combien d'octets porte une clé; zéro si elle est mal formée."""
    try:
        corps = base64.b64decode(cle.removeprefix(_PREFIXE_CLE), validate=True)
    except ValueError:
        return 0
    return len(corps) if cle.startswith(_PREFIXE_CLE) else 0

"""Les réglages propres aux demandes."""

from ipaddress import IPv4Network, IPv6Network
from typing import Annotated, Final

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from socle.reglages import Reglages

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

    @field_validator("itsm_secrets", "webhooks_reseaux_permis", "webhooks_cles", mode="before")
    @classmethod
    def _lister(cls, valeur: object) -> object:
        if not isinstance(valeur, str):
            return valeur
        return [partie.strip() for partie in valeur.split(",") if partie.strip()]

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

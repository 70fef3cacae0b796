"""Les clés des abonnés, chiffrées au repos (AES-GCM) : la base seule ne signe rien."""

import base64
import binascii
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

EN_CLAIR: Final = "whsec_"
"""Le début d'une clé gardée en clair, comme elles l'étaient toutes; il se lit encore."""
TAILLE: Final = 32
"""Octets d'une clé de chiffrement : AES-256."""
_NONCE: Final = 12
_NOM: Final = re.compile(r"[a-z0-9-]{1,20}")


class SecretIllisible(ValueError):
    """La clé d'un abonné n'a pas été chiffrée par une des nôtres, ou pas pour lui."""


@dataclass(frozen=True, slots=True)
class Coffre:
    """Les clés de chiffrement, par nom : la première chiffre, toutes déchiffrent."""

    cles: dict[str, AESGCM]

    @classmethod
    def ouvert_par(cls, cles: Sequence[str]) -> Self:
        """De clés « nom:base64 »; lève `ValueError`, sans les montrer, si l'une est mal formée."""
        lues: dict[str, AESGCM] = {}
        for cle in cles:
            nom, _, valeur = cle.partition(":")
            try:
                octets = base64.b64decode(valeur, validate=True)
            except binascii.Error:
                octets = b""
            if not _NOM.fullmatch(nom) or len(octets) != TAILLE:
                raise ValueError("SBG_WEBHOOKS_CLES : une clé s'écrit nom:base64 (32 octets).")
            if nom in lues:
                raise ValueError(f"SBG_WEBHOOKS_CLES : deux clés se nomment « {nom} ».")
            lues[nom] = AESGCM(octets)
        return cls(lues)

    @property
    def debut(self) -> str:
        """Par quoi commence ce que chiffre la première clé."""
        return f"{next(iter(self.cles))}:"

    def chiffrer(self, webhook_id: UUID, secret: str) -> str:
        """Le secret d'un abonné, chiffré pour lui seul : copié sur un autre, il ne s'ouvre pas."""
        nonce = secrets.token_bytes(_NONCE)
        cle = next(iter(self.cles.values()))
        scelle = cle.encrypt(nonce, secret.encode(), _pour(webhook_id))
        return self.debut + base64.b64encode(nonce + scelle).decode()

    def ouvrir(self, webhook_id: UUID, garde: str) -> str:
        """Le secret gardé d'un abonné; lève `SecretIllisible`."""
        if garde.startswith(EN_CLAIR):
            return garde
        nom, _, valeur = garde.partition(":")
        cle = self.cles.get(nom)
        if cle is None:
            raise SecretIllisible(f"La clé de chiffrement « {nom} » n'est pas du réglage.")
        try:
            scelle = base64.b64decode(valeur, validate=True)
            return cle.decrypt(scelle[:_NONCE], scelle[_NONCE:], _pour(webhook_id)).decode()
        except (InvalidTag, ValueError) as erreur:
            raise SecretIllisible("Le secret de l'abonné ne s'ouvre pas.") from erreur


def _pour(webhook_id: UUID) -> bytes:
    return b"webhooks.secrets\x1f" + webhook_id.bytes

"""L'émetteur de jetons de la démonstration et des essais : une clé neuve à chaque démarrage."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

EMETTEUR = "urn:sbg:emetteur-de-demonstration"
AUDIENCE = "sbg"


@dataclass(frozen=True, slots=True)
class Emetteur:
    """Signe des jetons ES256; sa clé publique se publie en JWKS."""

    kid: str = field(default_factory=lambda: uuid4().hex)
    _cle: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False
    )

    def publier(self, fichier: Path) -> None:
        """Écrit le JWKS (clé publique seule)."""
        publique: dict[str, Any] = json.loads(
            jwt.algorithms.ECAlgorithm.to_jwk(self._cle.public_key())
        )
        cles = [{**publique, "kid": self.kid, "alg": "ES256", "use": "sig"}]
        fichier.write_text(json.dumps({"keys": cles}), "utf-8")

    def garder(self, fichier: Path) -> None:
        """Garde la clé privée, lisible de nous seuls, pour `make jeton`."""
        fichier.touch(mode=0o600)
        cle = self._cle.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        fichier.write_text(f"{self.kid}\n{cle.decode()}", "ascii")

    @classmethod
    def reprendre(cls, fichier: Path) -> "Emetteur":
        """Reprend une clé gardée; lève `FileNotFoundError` si le système n'est pas en marche."""
        kid, _, pem = fichier.read_text("ascii").partition("\n")
        cle = load_pem_private_key(pem.encode(), None)
        if not isinstance(cle, ec.EllipticCurvePrivateKey):
            raise TypeError("La clé gardée n'est pas une clé de l'émetteur.")
        return cls(kid, cle)

    def jeton(
        self,
        roles: Iterable[str],
        *,
        organisme: str | None = None,
        sujet: str | None = None,
        duree: float = 3_600.0,
        claims: Mapping[str, object] | None = None,
    ) -> str:
        """Un jeton signé; `duree` en secondes système. `claims` remplace ou ajoute des claims."""
        maintenant = int(time.time())  # noqa: TID251 -- les jetons vivent à l'heure système
        corps: dict[str, object] = {
            "iss": EMETTEUR,
            "aud": AUDIENCE,
            "sub": sujet or f"{'-'.join(roles)}@{organisme or 'mcn'}",
            "iat": maintenant,
            "exp": maintenant + int(duree),
            "roles": list(roles),
        }
        if organisme is not None:
            corps["organisme"] = organisme
        return jwt.encode({**corps, **(claims or {})}, self._cle, "ES256", {"kid": self.kid})

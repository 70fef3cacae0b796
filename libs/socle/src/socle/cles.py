"""Les clés publiques d'un émetteur de jetons : celles d'un jeu (JWKS) qui vérifient."""

import json
from typing import Final

import jwt

ALGORITHMES: Final = ("RS256", "ES256")
_SANS_CLE: Final = (
    "Un jeu de clés (JWKS) est attendu, dont une au moins, nommée (kid), vérifie RS256 ou ES256."
)


def qui_verifient(jwks: bytes) -> dict[str, jwt.PyJWK]:
    """Les clés nommées d'un jeu, sauf celles que l'émetteur destine à autre chose (RFC 7517).

    Une clé de chiffrement n'authentifie personne. Lève `ValueError` si ce n'est pas un jeu de clés,
    ou s'il n'en reste aucune.
    """
    try:
        cles = {
            cle.key_id: cle
            for cle in jwt.PyJWKSet.from_dict(json.loads(jwks)).keys
            if cle.key_id and _sert_a_verifier(cle)
        }
    # PyJWT suppose le JSON d'un jeu : devant un autre, il lève ce que lève Python.
    except (jwt.PyJWTError, ValueError, AttributeError, TypeError, RecursionError) as erreur:
        raise ValueError(_SANS_CLE) from erreur
    if not cles:
        raise ValueError(_SANS_CLE)
    return cles


def _sert_a_verifier(cle: jwt.PyJWK) -> bool:
    operations = cle._jwk_data.get("key_ops", ["verify"])  # noqa: SLF001 -- PyJWT ne l'expose pas
    return (
        cle.algorithm_name in ALGORITHMES
        and cle.public_key_use in (None, "sig")
        and isinstance(operations, list)
        and "verify" in operations
    )

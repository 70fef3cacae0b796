"""L'identité : un jeton porté, vérifié contre le JWKS de l'émetteur, et ses rôles."""

import json
from dataclasses import dataclass
from pathlib import Path

import jwt
from django.conf import settings
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

ALGORITHMES = ["RS256", "ES256"]
ROLES = frozenset({"demandeur", "admin"})
CLES = {
    cle.key_id: cle
    for cle in jwt.PyJWKSet.from_dict(json.loads(Path(settings.JWKS).read_bytes())).keys
}


@dataclass(frozen=True, slots=True)
class Acteur:
    """Qui appelle; sans organisme, c'est le MCN."""

    sujet: str
    organisme: str | None
    roles: frozenset[str]
    is_authenticated: bool = True

    @property
    def etiquette(self) -> str:
        """L'organisme, ou « * » pour le MCN."""
        return self.organisme or "*"

    @property
    def appelant(self) -> str:
        """Qui appelle, pour qui."""
        return f"{self.etiquette}/{self.sujet}"


class Jeton(BaseAuthentication):
    """Vérifie le jeton de chaque appel; lève 401."""

    def authenticate(self, request: Request) -> tuple[Acteur, str]:
        genre, _, jeton = get_authorization_header(request).decode("latin-1").partition(" ")
        if genre.lower() != "bearer" or not jeton:
            raise NotAuthenticated("Un jeton est requis.")
        try:
            cle = CLES[jwt.get_unverified_header(jeton)["kid"]]
            corps = jwt.decode(
                jeton,
                cle,
                algorithms=ALGORITHMES,
                audience=settings.AUDIENCE,
                issuer=settings.EMETTEUR,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, KeyError) as erreur:
            raise AuthenticationFailed("Le jeton est refusé.") from erreur
        return Acteur(corps["sub"], corps.get("organisme"), frozenset(corps["roles"])), jeton

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return "Bearer"


class Membre(BasePermission):
    """Un demandeur d'un organisme, ou l'administrateur du MCN."""

    message = "Votre rôle ne permet pas cet acte."

    def has_permission(self, request: Request, view: object) -> bool:  # noqa: ARG002
        return bool(request.user.roles & ROLES)

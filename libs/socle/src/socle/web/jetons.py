"""L'identité : des JWT aux algorithmes fixés, des clés (JWKS) relues avec retenue."""

import asyncio
import json
import ssl
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import httpx
import jwt
import structlog
from pydantic import SecretStr

from noyau import Acteur, Annuaire
from socle.cles import ALGORITHMES, qui_verifient
from socle.reglages import ADRESSES, ReglagesIdentite
from socle.web.problemes import Probleme

TYPES: Final = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})
"""Les `typ` d'un jeton d'accès (RFC 7519, RFC 9068), en minuscules : la casse n'y compte pas."""
TAILLE_MAXIMALE: Final = 8_192
RETENUE: Final = 30.0
"""Secondes entre deux relectures des clés, quoi que disent les jetons."""
FRAICHEUR: Final = 600.0
LIMITE_DURE: Final = 86_400.0
"""Secondes après lesquelles des clés jamais relues ne valent plus."""
DELAI_CLES: Final = 3.0
"""Secondes pour lire les clés en entier : qui attend derrière ne doit pas attendre plus."""
TOLERANCE: Final = 5
"""Secondes d'écart d'horloge admises avec l'émetteur."""
JETONS_GARDES: Final = 1_024

journal = structlog.get_logger()


class ClesIndisponibles(Exception):
    """Aucune clé valable et l'émetteur ne répond pas."""


@dataclass(slots=True)
class ClesPubliques:
    """Les clés de l'émetteur. Un `kid` inconnu ne fait relire qu'une fois par `RETENUE`."""

    source: str
    proxy: SecretStr | None = None
    autorite: Path | None = None
    _cles: Mapping[str, jwt.PyJWK] = field(default_factory=dict)
    _lues: float = float("-inf")
    _essai: float = float("-inf")
    _verrou: asyncio.Lock = field(default_factory=asyncio.Lock)

    @classmethod
    def de(cls, reglages: ReglagesIdentite) -> "ClesPubliques":
        """Les clés que désignent les réglages."""
        return cls(reglages.jwks, reglages.proxy, reglages.autorite)

    @property
    def age(self) -> float:
        """Secondes depuis leur dernière lecture; infini si elles n'ont jamais été lues."""
        return time.monotonic() - self._lues

    async def trouver(self, kid: str) -> jwt.PyJWK | None:
        """La clé d'un `kid`, ou rien. Lève `ClesIndisponibles` au-delà de la limite dure."""
        if kid not in self._cles or self.age > FRAICHEUR:
            await self._relire()
        if self.age > LIMITE_DURE:
            raise ClesIndisponibles
        return self._cles.get(kid)

    async def lues(self) -> bool:
        """Vrai dès que des clés ont été lues une fois : l'émetteur peut ensuite se taire.

        Tant qu'aucune ne l'a été, essaie de les lire, une fois par `RETENUE`.
        """
        if not self._cles:
            await self._relire()
        return bool(self._cles)

    async def _relire(self) -> None:
        async with self._verrou:
            if time.monotonic() - self._essai <= RETENUE:
                return
            self._essai = time.monotonic()
            try:
                cles = qui_verifient(await self._charger())
            except (OSError, httpx.HTTPError, httpx.InvalidURL, ValueError) as erreur:
                journal.warning("identite.cles_illisibles", erreur=type(erreur).__name__)
                return
            self._cles = cles
            self._lues = time.monotonic()

    async def _charger(self) -> bytes:
        if not self.source.startswith(ADRESSES):
            return await asyncio.to_thread(Path(self.source).read_bytes)
        proxy = None if self.proxy is None else self.proxy.get_secret_value()
        # Une autorité nommée l'est seule : une publique ne vaudrait pas pour cet émetteur.
        sure = self.autorite is None or ssl.create_default_context(cafile=self.autorite)
        client = httpx.AsyncClient(
            timeout=DELAI_CLES, follow_redirects=False, trust_env=False, proxy=proxy, verify=sure
        )
        async with asyncio.timeout(DELAI_CLES), client:
            reponse = await client.get(self.source)
            reponse.raise_for_status()
            return reponse.content


@dataclass(frozen=True, slots=True)
class _Verifie:
    """Un jeton déjà vérifié : il vaut jusqu'à `fin`, tant que sa clé n'a pas été relue."""

    acteur: Acteur
    kid: str
    cle: jwt.PyJWK
    fin: float


@dataclass(frozen=True, slots=True)
class Verificateur:
    """Vérifie un jeton et en tire l'acteur.

    Un jeton sert à bien des appels, et le vérifier coûte le quart d'une lecture : l'acteur se
    garde sous l'empreinte du jeton. `make bench` en montre l'effet.
    """

    reglages: ReglagesIdentite
    cles: ClesPubliques
    annuaire: Annuaire
    _verifies: dict[bytes, _Verifie] = field(default_factory=dict, repr=False, compare=False)

    async def acteur(self, jeton: str) -> Acteur:
        """L'acteur d'un jeton; lève `Probleme` 401 (jeton refusé) ou 503 (clés introuvables)."""
        if len(jeton) > TAILLE_MAXIMALE:
            raise _refuse()
        empreinte = sha256(jeton.encode()).digest()
        connu = self._verifies.get(empreinte)
        if connu is not None and await self._vaut_encore(connu):
            return connu.acteur
        verifie = await self._verifier(jeton)
        if len(self._verifies) >= JETONS_GARDES:
            self._verifies.clear()
        self._verifies[empreinte] = verifie
        return verifie.acteur

    async def _vaut_encore(self, connu: _Verifie) -> bool:
        if time.time() >= connu.fin:  # noqa: TID251 -- les jetons vivent à l'heure système
            return False
        try:
            return await self.cles.trouver(connu.kid) is connu.cle
        except ClesIndisponibles:
            return False

    async def _verifier(self, jeton: str) -> _Verifie:
        try:
            entete = jwt.get_unverified_header(jeton)
            kid, algorithme = entete.get("kid"), entete.get("alg")
            if not isinstance(kid, str) or algorithme not in ALGORITHMES:
                raise _refuse()
            if str(entete.get("typ", "JWT")).lower() not in TYPES:
                raise _refuse()
            cle = await self.cles.trouver(kid)
            if cle is None or cle.algorithm_name != algorithme:
                raise _refuse()
            corps: dict[str, Any] = jwt.decode(
                jeton,
                cle,
                algorithms=[algorithme],
                audience=self.reglages.audience,
                issuer=self.reglages.emetteur,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
                leeway=TOLERANCE,
            )
            _refuser_les_doublons(jeton)
        except ClesIndisponibles as erreur:
            raise Probleme(
                503, "Les clés de l'émetteur sont introuvables.", Retry_After="5"
            ) from erreur
        except jwt.ExpiredSignatureError as erreur:
            raise _refuse("Le jeton est expiré.") from erreur
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as erreur:
            raise _refuse() from erreur
        fin = int(corps["exp"]) + TOLERANCE
        return _Verifie(acteur_des_claims(corps, self.annuaire), kid, cle, fin)


def _refuser_les_doublons(jeton: str) -> None:
    """Lève `ValueError` si un nom paraît deux fois : deux lecteurs y verraient deux identités."""
    for partie in jeton.split(".")[:2]:
        texte = urlsafe_b64decode(partie + "=" * (-len(partie) % 4))
        json.loads(texte, object_pairs_hook=_uniques)


def _uniques(paires: Sequence[tuple[str, object]]) -> dict[str, object]:
    uniques = dict(paires)
    if len(uniques) != len(paires):
        raise ValueError("Un nom paraît deux fois.")
    return uniques


def acteur_des_claims(corps: Mapping[str, Any], annuaire: Annuaire) -> Acteur:
    """L'acteur que disent les claims vérifiés; lève `Probleme` 401 s'ils se contredisent."""
    sujet, organisme, roles = corps.get("sub"), corps.get("organisme"), corps.get("roles")
    # Un caractère de commande dans le sujet brouillerait l'audit, qui sépare ses champs par l'un.
    if not isinstance(sujet, str) or not 0 < len(sujet) <= 200 or not sujet.isprintable():
        raise _refuse()
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise _refuse()
    connus = frozenset(roles) & annuaire.roles
    if organisme is not None and not (
        isinstance(organisme, str) and annuaire.est_organisme(organisme)
    ):
        raise _refuse()
    # Un rôle du MCN sur un jeton d'organisme, ou l'inverse, est une erreur de l'émetteur.
    if connus & annuaire.interdits(organisme):
        raise _refuse()
    return Acteur(sujet, organisme, connus)


def _refuse(detail: str = "Le jeton est refusé.") -> Probleme:
    return Probleme(401, detail, WWW_Authenticate='Bearer error="invalid_token"')

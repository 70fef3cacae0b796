"""Des jetons faux, chacun d'une seule façon : tout le reste y est juste, signature comprise.

Sauf mention, un jeton est signé de la vraie clé : c'est le défaut nommé qui doit le faire refuser.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from outils.emetteur import AUDIENCE, EMETTEUR, Emetteur

INCONNU = "00000000-0000-4000-8000-000000000000"


def b64(octets: bytes) -> str:
    """En base64 d'adresse, sans bourrage."""
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def claims(**autres: object) -> dict[str, object]:
    """Des claims justes, sauf ceux que l'on donne; `None` ôte un claim."""
    maintenant = int(time.time())  # noqa: TID251 -- les jetons vivent à l'heure système
    corps: dict[str, object] = {
        "iss": EMETTEUR,
        "aud": AUDIENCE,
        "sub": "agent",
        "iat": maintenant,
        "exp": maintenant + 3_600,
        "roles": ["admin"],
    }
    return {nom: v for nom, v in {**corps, **autres}.items() if v is not None}


def signer(emetteur: Emetteur, entete: Mapping[str, Any] | bytes, corps: bytes) -> str:
    """Un jeton signé de la vraie clé, quels que soient son en-tête et son corps."""
    tete = entete if isinstance(entete, bytes) else json.dumps(entete).encode()
    signe = f"{b64(tete)}.{b64(corps)}"
    algorithme = jwt.algorithms.ECAlgorithm(jwt.algorithms.ECAlgorithm.SHA256)
    return f"{signe}.{b64(algorithme.sign(signe.encode(), emetteur._cle))}"


def bon(emetteur: Emetteur, **autres: object) -> str:
    """Un jeton bien signé, à ces claims près."""
    entete = {"alg": "ES256", "kid": emetteur.kid, "typ": "JWT"}
    return signer(emetteur, entete, json.dumps(claims(**autres)).encode())


def kid_au_hasard(emetteur: Emetteur, kid: str) -> str:
    """Un jeton dont seul le nom de clé est faux."""
    return signer(emetteur, {"alg": "ES256", "kid": kid}, json.dumps(claims()).encode())


def mauvais(emetteur: Emetteur) -> dict[str, str]:
    """Chaque mauvais jeton, par ce qui le rend mauvais."""
    return {
        **dict(_par_les_claims(emetteur)),
        **dict(_par_l_entete(emetteur)),
        **dict(_par_la_signature(emetteur)),
        **dict(_par_la_forme(emetteur)),
    }


def _par_les_claims(emetteur: Emetteur) -> Iterator[tuple[str, str]]:
    maintenant = int(time.time())  # noqa: TID251 -- les jetons vivent à l'heure système
    fautes: dict[str, dict[str, object]] = {
        "émetteur": {"iss": "https://autre.example"},
        "émetteur au préfixe juste": {"iss": f"{EMETTEUR}.autre.example"},
        "audience": {"aud": "autre"},
        "audiences, aucune la nôtre": {"aud": ["account", "SBG"]},
        "expiré": {"exp": maintenant - 60},
        "expiration en texte": {"exp": "demain"},
        "expiration sans fin": {"exp": float("inf")},
        "pas encore": {"nbf": maintenant + 600},
        "émis demain": {"iat": maintenant + 86_400},
        "sujet vide": {"sub": ""},
        "sujet numérique": {"sub": 12},
        "sujet énorme": {"sub": "s" * 201},
        "sujet à séparateur": {"sub": "agent\x1fadmin"},
        "roles en texte": {"roles": "admin"},
        "roles en objet": {"roles": {"admin": True}},
        "organisme vide": {"organisme": "", "roles": ["demandeur"]},
        "organisme en liste": {"organisme": ["MTQ"], "roles": ["demandeur"]},
        "organisme en minuscules": {"organisme": "mtq", "roles": ["demandeur"]},
        "organisme étoile": {"organisme": "*", "roles": ["demandeur"]},
        "organisme injecté": {"organisme": "M'; RESET ROLE; --", "roles": ["demandeur"]},
        "rôle du MCN sur un organisme": {"organisme": "MTQ"},
        "rôle d'organisme au MCN": {"roles": ["signataire"]},
    }
    for nom, autres in fautes.items():
        yield nom, bon(emetteur, **autres)
    for nom in ("iss", "aud", "exp", "iat", "sub", "roles"):
        yield f"sans {nom}", bon(emetteur, **{nom: None})
    double = json.dumps(claims())[:-1]
    for nom, valeur in {"sub": "autre", "roles": ["admin"], "organisme": "MTQ"}.items():
        second = f"{double}, {json.dumps(nom)}: {json.dumps(valeur)}"
        if nom == "organisme":
            second += f", {json.dumps(nom)}: null"
        entete = {"alg": "ES256", "kid": emetteur.kid}
        yield f"claim {nom} doublé", signer(emetteur, entete, f"{second}}}".encode())


def _par_l_entete(emetteur: Emetteur) -> Iterator[tuple[str, str]]:
    corps, kid = json.dumps(claims()).encode(), emetteur.kid
    entetes: dict[str, Mapping[str, Any] | bytes] = {
        "kid inconnu": {"alg": "ES256", "kid": INCONNU},
        "kid absent": {"alg": "ES256"},
        "kid nul": {"alg": "ES256", "kid": None},
        "kid objet": {"alg": "ES256", "kid": {"a": 1}},
        "kid chemin": {"alg": "ES256", "kid": "../../../../dev/null"},
        "kid SQL": {"alg": "ES256", "kid": f"x' UNION SELECT '{kid}"},
        "kid commande": {"alg": "ES256", "kid": f"{kid}|/usr/bin/id"},
        "kid adresse": {"alg": "ES256", "kid": "http://127.0.0.1/cle"},
        "kid suivi d'un nul": {"alg": "ES256", "kid": f"{kid}\0"},
        "alg d'une autre famille": {"alg": "RS256", "kid": kid},
        "alg en minuscules": {"alg": "es256", "kid": kid},
        "alg absent": {"kid": kid},
        "alg liste": {"alg": ["ES256"], "kid": kid},
        "typ d'un avis de sortie": {"alg": "ES256", "kid": kid, "typ": "logout+jwt"},
        "typ d'un événement": {"alg": "ES256", "kid": kid, "typ": "secevent+jwt"},
        "typ d'un jeton chiffré": {"alg": "ES256", "kid": kid, "typ": "JWE"},
        "typ vide": {"alg": "ES256", "kid": kid, "typ": ""},
        "typ nul": {"alg": "ES256", "kid": kid, "typ": None},
        "typ liste": {"alg": "ES256", "kid": kid, "typ": ["JWT"]},
        "crit inconnu": {"alg": "ES256", "kid": kid, "crit": ["exp"]},
        "corps non encodé": {"alg": "ES256", "kid": kid, "b64": False, "crit": ["b64"]},
        "en-tête doublé": b'{"alg":"none","kid":"%s","alg":"ES256"}' % kid.encode(),
    }
    for nom, entete in entetes.items():
        yield nom, signer(emetteur, entete, corps)


def _par_la_signature(emetteur: Emetteur) -> Iterator[tuple[str, str]]:
    """Des jetons que la vraie clé n'a pas signés."""
    corps, kid, juste = json.dumps(claims()).encode(), emetteur.kid, bon(emetteur)
    entete, charge, signature = juste.split(".")
    publique = emetteur._cle.public_key()
    pem = publique.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    jwk = jwt.algorithms.ECAlgorithm.to_jwk(publique).encode()
    point = publique.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    for forme, secret in (("PEM", pem), ("JWK", jwk), ("point", point), ("vide", b"")):
        yield f"HS256 de la clé publique, {forme}", _hs256(kid, corps, secret)
    for alg in ("none", "None", "NONE", ""):
        yield f"alg « {alg} »", f"{b64(json.dumps({'alg': alg, 'kid': kid}).encode())}.{charge}."
    etrangere = Emetteur(kid=kid)
    yield "clé étrangère du même nom", bon(etrangere)
    incluse = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(etrangere._cle.public_key()))
    for nom, valeur in (
        ("jwk", incluse),
        ("jku", "http://127.0.0.1/jwks"),
        ("x5u", "http://127.0.0.1/x5u"),
    ):
        entete_ = {"alg": "ES256", "kid": kid, nom: valeur}
        yield f"clé annoncée par {nom}", signer(etrangere, entete_, corps)
    rs = rsa.generate_private_key(65_537, 2_048)
    yield "RS256 d'une clé étrangère", jwt.encode(claims(), rs, "RS256", {"kid": kid})
    p384 = ec.generate_private_key(ec.SECP384R1())
    yield "ES384", jwt.encode(claims(), p384, "ES384", {"kid": kid})
    yield "corps altéré", f"{entete}.{b64(json.dumps(claims(sub='autre')).encode())}.{signature}"
    yield "signature vide", f"{entete}.{charge}."
    yield "signature tronquée", f"{entete}.{charge}.{signature[:-4]}"
    yield "signature de zéros", f"{entete}.{charge}.{b64(bytes(64))}"


def _hs256(kid: str, corps: bytes, secret: bytes) -> str:
    """Signé à la main : la bibliothèque refuse d'employer une clé publique comme secret."""
    signe = f"{b64(json.dumps({'alg': 'HS256', 'kid': kid}).encode())}.{b64(corps)}"
    return f"{signe}.{b64(hmac.new(secret, signe.encode(), hashlib.sha256).digest())}"


def _par_la_forme(emetteur: Emetteur) -> Iterator[tuple[str, str]]:
    juste = bon(emetteur)
    entete, charge, signature = juste.split(".")
    yield "énorme", bon(emetteur, bourre="a" * 10_000)
    yield "deux parties", f"{entete}.{charge}"
    yield "quatre parties", f"{juste}.{signature}"
    yield "cinq parties", f"{entete}.{charge}.{signature}.{charge}.{signature}"
    yield "pas un jeton", "n-importe-quoi"
    yield "corps en liste", signer(emetteur, {"alg": "ES256", "kid": emetteur.kid}, b"[]")
    yield "corps non JSON", signer(emetteur, {"alg": "ES256", "kid": emetteur.kid}, b"\xff{")
    profond = b'{"a":' * 1_500 + b"1" + b"}" * 1_500
    yield "corps sans fond", signer(emetteur, {"alg": "ES256", "kid": emetteur.kid}, profond)

"""Les ETags (RFC 9110, § 8.8.3 et § 13.1) : `"<version>.<empreinte>"`.

L'empreinte couvre les octets rendus : deux réponses de même ETag montrent la même chose, prix du
jour compris. La version est celle de l'agrégat, 0 pour ce qui n'en a pas (une page de liste).
`If-None-Match` compare le tout; `If-Match`, la version seule, qu'une écriture avance toujours.
"""

import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from socle.web.problemes import Probleme

_ETIQUETTE: Final = re.compile(r'(W/)?"([^"\x00-\x20\x7f]*)"')
_SUFFIXE: Final = re.compile(r"(?:--?|;)(?:gzip|br|zstd|deflate|df)$")
"""Ce qu'un mandataire qui comprime ajoute entre les guillemets."""
_VERSION: Final = re.compile(r"([0-9]{1,15})(?:\.[0-9a-f]+)?")


def etag(corps: bytes, version: int = 0) -> str:
    """L'ETag de ces octets."""
    return f'"{version}.{sha256(corps).hexdigest()[:24]}"'


def refaire(present: bytes, corps: bytes) -> bytes:
    """L'ETag de ces octets, à la version que disait celui qu'ils remplacent."""
    lue = _VERSION.fullmatch(present.decode("latin-1").strip('"'))
    return etag(corps, int(lue[1]) if lue else 0).encode()


def est_connu(if_none_match: Sequence[str], present: str) -> bool:
    """Vrai si l'appelant tient déjà cette réponse : une étiquette, faible ou non, ou « * »."""
    if any(condition.strip() == "*" for condition in if_none_match):
        return True
    return any(f'"{contenu}"' == present for _, contenu in _lire(if_none_match))


def versions_lues(if_match: Sequence[str]) -> frozenset[int] | None:
    """Les versions que l'appelant accepte; rien pour « * », qui les accepte toutes.

    Lève `Probleme` 412 si aucune étiquette forte n'est de nous (affaiblie par un mandataire, elle
    ne garantit plus rien), 422 si une version n'est pas écrite comme nous l'écrivons.
    """
    if [condition.strip() for condition in if_match] == ["*"]:
        return None
    lues = [_VERSION.fullmatch(contenu) for faible, contenu in _lire(if_match) if not faible]
    versions = {lue[1] for lue in lues if lue is not None}
    if not versions:
        raise Probleme(412, "L'en-tête If-Match doit reprendre l'ETag lu.")
    if any(version != str(int(version)) for version in versions):
        raise Probleme(422, 'La version de If-Match s\'écrit sans zéro devant (« "3" »).')
    return frozenset(map(int, versions))


def _lire(conditions: Sequence[str]) -> Iterable[tuple[bool, str]]:
    """Chaque étiquette, faible ou forte, sans le suffixe d'une compression; rien d'illisible."""
    liste = ",".join(conditions)
    if _ETIQUETTE.sub("", liste).strip(" \t,"):
        return
    for faible, contenu in _ETIQUETTE.findall(liste):
        yield bool(faible), _SUFFIXE.sub("", contenu)

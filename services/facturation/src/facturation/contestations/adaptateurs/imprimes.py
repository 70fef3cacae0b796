"""Reconnaître un PDF entier, et qui n'agit pas : ni script, ni programme, ni fichier joint."""

import re
import zlib
from collections.abc import Iterator
from typing import Final

ACTIFS: Final = frozenset(
    b"JavaScript Launch EmbeddedFile EmbeddedFiles RichMedia XFA SubmitForm ImportData GoToE"
    b" Encrypt".split()
)
"""Les noms de ce qui agit, de ce qui porte un fichier, ou qui cache le reste."""
OCTETS_LUS_MAX: Final = 20_000_000
"""Ce qu'on décompresse d'un PDF."""
FLUX_MAX: Final = 2_000
"""Ce qu'un PDF de la taille permise a de flux, et bien plus; au-delà, on ne le lit pas."""

_DEBUT: Final = re.compile(rb"%PDF-[12]\.\d")
_FIN: Final = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF\s*\Z")
_NOM: Final = re.compile(rb"/([^\x00\t\n\x0c\r ()<>\[\]{}/%]*)")
_ECHAPPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_SCRIPT: Final = re.compile(rb"/JS(?=[\x00\s]*[(<%]|[\x00\s]+\d)")
"""Le script d'une action : trois lettres que des octets d'image forment aussi par hasard."""
_FLUX: Final = re.compile(rb"stream\r?\n?")
_OBJETS: Final = re.compile(rb"[\x00\s]*(%|[+-]?\d+[\x00\s])")
"""Le début d'un flux d'objets : leurs numéros et leurs rangs."""
_RARES: Final = frozenset(
    b"LZWDecode LZW ASCIIHexDecode AHx ASCII85Decode A85 RunLengthDecode RL".split()
)
"""Les filtres dont un flux d'objets n'a pas besoin, sinon pour se cacher."""
_FIN_ZIP: Final = b"PK\x05\x06"
_TRANCHE: Final = 16_384
_DICTIONNAIRE: Final = 2_000
"""En octets, ce qu'on relit avant un flux pour savoir ce qu'il est."""


def est_imprime(contenu: bytes) -> bool:
    """Vrai d'un PDF qui va de son en-tête à sa fin, sans rien d'actif, et qui n'est pas un ZIP."""
    fin = _FIN.search(contenu, max(len(contenu) - 1024, 0))
    if not _DEBUT.match(contenu) or fin is None or int(fin[1]) >= len(contenu):
        return False
    if _FIN_ZIP in contenu:
        return False
    try:
        return not any(_agit(part) for part in (contenu, *_flux_d_objets(contenu)))
    except (zlib.error, _Illisible):
        return False


class _Illisible(Exception):
    """Un flux d'objets ne se laisse pas lire : ce qu'il cache ne se sait pas."""


def _agit(part: bytes) -> bool:
    normalisee = _normaliser(part)
    noms = set(_NOM.findall(normalisee))
    cache = b"ObjStm" in noms and not _RARES.isdisjoint(noms)
    return cache or not ACTIFS.isdisjoint(noms) or _SCRIPT.search(normalisee) is not None


def _normaliser(part: bytes) -> bytes:
    """Les noms, leurs échappements résolus : `/J#53` se lit `/JS`."""
    return _NOM.sub(lambda nom: b"/" + _ECHAPPE.sub(lambda x: bytes([int(x[1], 16)]), nom[1]), part)


def _flux_d_objets(contenu: bytes) -> Iterator[bytes]:
    """Les objets que le PDF compresse, reconnus à leur début; lève `_Illisible` ou `zlib.error`."""
    reste = OCTETS_LUS_MAX
    for rang, flux in enumerate(_FLUX.finditer(contenu)):
        if rang >= FLUX_MAX:
            raise _Illisible
        if _est_transforme(contenu[max(flux.start() - _DICTIONNAIRE, 0) : flux.start()]):
            raise _Illisible
        try:
            debut = zlib.decompressobj().decompress(contenu[flux.end() : flux.end() + 1024], 64)
        except zlib.error:
            continue
        if _OBJETS.match(debut):
            detendu = _detendre(contenu, flux.end(), reste)
            reste -= len(detendu)
            yield detendu


def _est_transforme(avant: bytes) -> bool:
    """Vrai d'un flux d'objets qu'un prédicteur rend illisible."""
    noms = set(_NOM.findall(_normaliser(avant.rpartition(b"endobj")[2])))
    return {b"ObjStm", b"Predictor"} <= noms


def _detendre(contenu: bytes, rang: int, reste: int) -> bytes:
    """Ce que comprime le flux qui commence à ce rang; lève `_Illisible` s'il passe la borne."""
    flux, detendu = zlib.decompressobj(), bytearray()
    while rang < len(contenu) and not flux.eof:
        a_lire = contenu[rang : rang + _TRANCHE]
        rang += _TRANCHE
        detendu += flux.decompress(a_lire, reste - len(detendu) + 1)
        if len(detendu) > reste:
            raise _Illisible
    return bytes(detendu)

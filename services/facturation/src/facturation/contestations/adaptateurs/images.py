"""Reconnaître une image entière : du premier octet au dernier, et rien après."""

import zlib
from typing import Final

_DEBUT_PNG: Final = b"\x89PNG\r\n\x1a\n"
_FIN_ZIP: Final = b"PK\x05\x06"


def est_png(contenu: bytes) -> bool:
    """Vrai si les blocs se suivent, sommes justes : IHDR d'abord, des points, IEND le dernier."""
    if not contenu.startswith(_DEBUT_PNG) or _FIN_ZIP in contenu:
        return False
    noms: list[bytes] = []
    rang = len(_DEBUT_PNG)
    while rang < len(contenu):
        longueur = int.from_bytes(contenu[rang : rang + 4])
        bloc = contenu[rang + 4 : rang + 8 + longueur]
        somme = contenu[rang + 8 + longueur : rang + 12 + longueur]
        if len(somme) != 4 or zlib.crc32(bloc) != int.from_bytes(somme):
            return False
        noms.append(bloc[:4])
        rang += 12 + longueur
    return (
        noms[:1] == [b"IHDR"]
        and b"IDAT" in noms
        and noms.count(b"IEND") == 1
        and noms[-1] == b"IEND"
    )


_CADRES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Les marqueurs SOF : ils disent les dimensions."""
_BALAYAGE: Final = 0xDA


def est_jpeg(contenu: bytes) -> bool:
    """Vrai si les segments mènent d'un cadre (SOF) à un balayage, et que l'image finit par EOI."""
    fini = contenu.startswith(b"\xff\xd8\xff") and contenu.endswith(b"\xff\xd9")
    if not fini or _FIN_ZIP in contenu:
        return False
    cadre, rang = False, 2
    while rang + 4 <= len(contenu) and contenu[rang] == 0xFF:
        marqueur = contenu[rang + 1]
        if marqueur == 0xFF:
            rang += 1
            continue
        if marqueur == _BALAYAGE:
            return cadre
        cadre = cadre or marqueur in _CADRES
        rang += 2 + max(int.from_bytes(contenu[rang + 2 : rang + 4]), 2)
    return False

"""Des identifiants uniques, croissants avec le temps (RFC 9562, version 7)."""

import os
import time
from uuid import UUID


def uuid7() -> UUID:
    """Un identifiant nouveau : 48 bits de millisecondes système, 74 bits aléatoires."""
    alea = int.from_bytes(os.urandom(10))
    valeur = (time.time_ns() // 1_000_000) << 80 | (alea & ((1 << 76) - 1))
    valeur = valeur & ~(0xF << 76) | 0x7 << 76
    return UUID(int=valeur & ~(0x3 << 62) | 0x2 << 62)

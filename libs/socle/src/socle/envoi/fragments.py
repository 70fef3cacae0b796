"""Les fragments de la boîte d'envoi : l'unité que tient un relais, et où l'ordre se garde."""

from zlib import crc32

FRAGMENTS = 64
"""Nombre fixe de fragments virtuels; inscrit dans chaque ligne."""


def fragment_de(cle: str) -> int:
    """Le fragment d'une clé : stable, pour que l'ordre par agrégat tienne."""
    return crc32(cle.encode()) % FRAGMENTS

"""Les nombres écrits à la française, dans les calculs en clair (FAC-9)."""

from decimal import Decimal
from fractions import Fraction
from typing import Final

INSECABLE: Final = "\N{NO-BREAK SPACE}"


def en_nombre(valeur: Decimal | Fraction | int, *, decimales: int = 0) -> str:
    """« 1 234,5 » : au moins `decimales` décimales, au plus six, espaces insécables."""
    exacte = Fraction(valeur)
    millioniemes = round(abs(exacte) * 1_000_000)
    entier, reste = divmod(millioniemes, 1_000_000)
    fraction = f"{reste:06d}".rstrip("0").ljust(decimales, "0")
    signe = "−" if exacte < 0 else ""
    return f"{signe}{entier:,}".replace(",", INSECABLE) + (f",{fraction}" if fraction else "")


def en_dollars(valeur: Decimal) -> str:
    """« 1 234,50 $ »; un prix unitaire garde ses décimales au-delà du cent."""
    return f"{en_nombre(valeur, decimales=2)}{INSECABLE}$"


def en_pourcentage(taux: Decimal) -> str:
    """« 9,975 % »."""
    return f"{en_nombre(taux * 100)}{INSECABLE}%"


def en_heures(minutes: Fraction | int) -> str:
    """« 3,25 h »."""
    return f"{en_nombre(Fraction(minutes, 60))}{INSECABLE}h"

"""Les jours et les instants tels qu'on les dit à une personne."""

from datetime import date, datetime

from noyau import QUEBEC, en_utc, jour_de_quebec

_MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def jours_longs(debut: date, fin: date) -> str:
    """« 3 septembre 2026 », « 3 au 4 septembre 2026 », ou « 31 août au 2 septembre 2026 »."""
    if debut == fin:
        return date_longue(debut)
    if debut.year != fin.year:
        return f"{date_longue(debut)} au {date_longue(fin)}"
    if debut.month != fin.month:
        return f"{_quantieme(debut)} {_MOIS[debut.month - 1]} au {date_longue(fin)}"
    return f"{_quantieme(debut)} au {date_longue(fin)}"


def date_longue(jour: date) -> str:
    """« 1er septembre 2026 »."""
    return f"{_quantieme(jour)} {_MOIS[jour.month - 1]} {jour.year}"


def instant_long(instant: datetime) -> str:
    """« 1er septembre 2026, 8 h », « 8 h 06 », « 8 h 06 min 30 s », à l'heure de Québec.

    Lève `InstantNaif`.
    """
    local = en_utc(instant).astimezone(QUEBEC)
    secondes = f" min {local.second:02d} s" if local.second else ""
    minutes = f" {local.minute:02d}" if local.minute or secondes else ""
    jour = date_longue(jour_de_quebec(instant))
    return f"{jour}, {local.hour} h{minutes}{secondes}"


def _quantieme(jour: date) -> str:
    return "1er" if jour.day == 1 else str(jour.day)

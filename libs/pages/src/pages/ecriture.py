"""Nombres, dates et codes écrits comme on les lit au Québec."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from noyau import QUEBEC, Mois, en_utc, jour_de_quebec

LOCALE = "fr_CA"
INSECABLE = "\N{NO-BREAK SPACE}"


def dollars(montant: Decimal) -> str:
    """« 1 234,50 $ »."""
    return format_currency(montant, "CAD", locale=LOCALE)


def pourcentage(part: Decimal | None) -> str:
    """« 57,14 % », sans rien arrondir de plus : un taux montré ne contredit pas l'exact (SLA-4).

    Sans part : « sans objet ».
    """
    if part is None:
        return "sans objet"
    return format_percent(part, f"#,##0.########{INSECABLE}%", locale=LOCALE)


def nombre(valeur: float | Decimal) -> str:
    """« 1 234,5 »."""
    return format_decimal(valeur, locale=LOCALE)


def jour(valeur: date) -> str:
    """« 3 septembre 2026 », « 1er octobre 2026 »; le quantième ne quitte pas son mois."""
    return f"{_quantieme(valeur)}{INSECABLE}{format_date(valeur, 'MMMM y', locale=LOCALE)}"


def periode(debut: date, fin: date) -> str:
    """« 3 septembre 2026 », « 3 au 4 septembre 2026 » : du premier au dernier jour, compris."""
    if debut == fin:
        return jour(debut)
    if (debut.year, debut.month) == (fin.year, fin.month):
        return f"{_quantieme(debut)} au {jour(fin)}"
    debut_dit = jour(debut) if debut.year != fin.year else jour(debut).rpartition(" ")[0]
    return f"{debut_dit} au {jour(fin)}"


def jour_de_semaine(valeur: date) -> str:
    """« mardi 8 septembre »."""
    nom, mois_dit = (format_date(valeur, motif, locale=LOCALE) for motif in ("EEEE", "MMMM"))
    return f"{nom} {_quantieme(valeur)}{INSECABLE}{mois_dit}"


def instant(valeur: datetime) -> str:
    """« 8 septembre 2026, 9 h 05 », à l'heure de Québec; l'heure ne se coupe pas.

    Un instant sans fuseau serait lu à l'heure de la machine : il lève `InstantNaif`.
    """
    local = en_utc(valeur).astimezone(QUEBEC)
    return f"{jour(jour_de_quebec(valeur))}, {_heure(local)}"


def heure(valeur: datetime) -> str:
    """« 9 h 05 », « 9 h 05 min 30 s », à l'heure de Québec."""
    local = en_utc(valeur).astimezone(QUEBEC)
    secondes = f"{INSECABLE}min{INSECABLE}{local.second:02d}{INSECABLE}s" if local.second else ""
    if secondes and not local.minute:
        return f"{local.hour}{INSECABLE}h{INSECABLE}00{secondes}"
    return f"{_heure(local)}{secondes}"


def duree(secondes: int) -> str:
    """« 719 h 58 min », « 1 h 42 min 30 s » : exacte, et qui ne se coupe pas."""
    minutes, reste = divmod(secondes, 60)
    heures, minutes = divmod(minutes, 60)
    dites = [f"{nombre(heures)} h"] if heures else []
    if minutes or not (heures or reste):
        dites.append(f"{minutes} min")
    if reste:
        dites.append(f"{reste} s")
    return " ".join(dites).replace(" ", INSECABLE)


def mois(periode: str) -> str:
    """« septembre 2026 », de « 2026-09 »; lève `ValueError` si ce n'est pas un mois."""
    return format_date(Mois.lire(periode).debut, "MMMM y", locale=LOCALE)


def en_mots(code: str) -> str:
    """« Demande prise en charge », du type d'événement « demande.prise_en_charge ».

    Un type ou un nom de fait est déjà en français, accents compris : ses mots suffisent, et un code
    encore inconnu se lit aussi bien.
    """
    dit = code.replace(".", " ").replace("_", " ")
    return dit[:1].upper() + dit[1:]


def _heure(local: datetime) -> str:
    minutes = f" {local.minute:02d}" if local.minute else ""
    return f"{local.hour} h{minutes}".replace(" ", INSECABLE)


def _quantieme(valeur: date) -> str:
    return "1er" if valeur.day == 1 else str(valeur.day)

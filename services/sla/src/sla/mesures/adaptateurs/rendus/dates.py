"""Les heures et les nombres comme on les lit au Québec."""

from datetime import datetime
from decimal import Decimal

from noyau import QUEBEC
from sla.mesures.domaine.dates import date_longue

INSECABLE = "\N{NO-BREAK SPACE}"


def heure_de_quebec(instant: datetime) -> str:
    """« 8 septembre 2026, 9 h 05 », à l'heure de Québec; l'heure ne se coupe pas."""
    local = instant.astimezone(QUEBEC)
    heure = f"{local.hour} h {local.minute:02d}" if local.minute else f"{local.hour} h"
    return f"{date_longue(local)}, {heure.replace(' ', INSECABLE)}"


def pourcentage(part: Decimal) -> str:
    """« 95 % », avec la virgule et l'espace insécable du français."""
    nombre = format((part * 100).normalize(), "f").replace(".", ",")
    return f"{nombre}{INSECABLE}%"

"""Nombres, dates et mots écrits à la française, pour le terminal et la page."""

from datetime import date, datetime
from decimal import Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal, format_percent

from demo.resultats import Arrivees, Part, Rectification
from noyau import QUEBEC, Mois

LOCALE = "fr_CA"
INSECABLE = "\N{NO-BREAK SPACE}"
ROUGE, VERT, GRIS = "rouge", "vert", "gris"

VERDICTS = {
    "conforme": "conforme",
    "manquee": "manquée",
    "depassee": "dépassée",
    "en_cours": "en cours",
    "non_mesuree": "non mesurée",
}
NATURES = {
    "abonnement": "Abonnements",
    "frais": "Frais de mise en service",
    "acte": "Produits, travaux, appels, courtage",
    "engagement": "Fins d'engagement",
    "perte": "Pertes et vols",
}
GESTES = {
    "prise_en_charge": "prise en charge",
    "suspension": "suspension",
    "reprise": "reprise",
    "livraison": "livraison",
}
"""Les actes qui se rectifient dans le scénario; tous féminins, comme le dit la phrase."""
MOTIFS = {
    "avant_j0": "avant le jour zéro",
    "j0": "jour zéro",
    "compte": "compté",
    "fin": "compté, jour de la fin",
    "client": "au client, non compté",
    "personne": "à personne, non compté",
    "fin_de_semaine": "fin de semaine",
    "ferie": "jour férié",
    "en_cours": "en cours",
}


def dollars(montant: Decimal) -> str:
    """« 1 234,50 $ »."""
    return format_currency(montant, "CAD", locale=LOCALE)


def pourcentage(taux: Decimal | None) -> str:
    """« 57,1 % », ou « sans objet »."""
    return "sans objet" if taux is None else format_percent(taux, "#,##0.0 %", locale=LOCALE)


def nombre(valeur: float) -> str:
    """« 1 234,5 »."""
    return format_decimal(valeur, locale=LOCALE)


def jour(valeur: date) -> str:
    """« 3 septembre 2026 », « 1er octobre 2026 »."""
    return f"{_quantieme(valeur)} {format_date(valeur, 'MMMM y', locale=LOCALE)}"


def jour_semaine(valeur: date) -> str:
    """« mardi 8 septembre »."""
    nom, mois = (format_date(valeur, motif, locale=LOCALE) for motif in ("EEEE", "MMMM"))
    return f"{nom} {_quantieme(valeur)} {mois}"


def instant(valeur: datetime) -> str:
    """« 11 septembre, 15 h 00 », à l'heure de Québec."""
    local = valeur.astimezone(QUEBEC)
    heure = format_time(local, f"H{INSECABLE}'h'{INSECABLE}mm", locale=LOCALE, tzinfo=QUEBEC)
    return f"{_quantieme(local.date())} {format_date(local, 'MMMM', locale=LOCALE)}, {heure}"


def _quantieme(valeur: date) -> str:
    return "1er" if valeur.day == 1 else str(valeur.day)


def mois(periode: str) -> str:
    """« septembre 2026 »."""
    return format_date(Mois.lire(periode).debut, "MMMM y", locale=LOCALE)


def compte(part: Part) -> str:
    """« 4 sur 7 »."""
    return f"{part.conformes} sur {part.mesurees}"


def etat(part: Part) -> str:
    """« cible tenue », « cible manquée », « sans cible » ou « rien à mesurer »."""
    if part.taux is None:
        return "rien à mesurer"
    if part.cible_atteinte is None:
        return "sans cible"
    return "cible tenue" if part.cible_atteinte else "cible manquée"


def couleur(part: Part) -> str:
    """La famille de couleur d'un taux; le texte le dit toujours aussi."""
    if part.cible_atteinte is None:
        return GRIS
    return VERT if part.cible_atteinte else ROUGE


def arrivees(arrivees: Arrivees) -> tuple[tuple[int, str], ...]:
    """Chaque compte de ce qui est arrivé de l'ITSM, et ce qu'il compte."""
    comptes = arrivees.comptes
    return (
        (comptes["inscrits"], "actes inscrits de l'ITSM, chacun à l'heure où il est survenu"),
        (comptes["hors_ordre"], "arrivés dans le désordre : après un acte survenu plus tard"),
        (comptes["differes"], "différés : ils ont attendu l'acte qui les permettait"),
        (comptes["redits"], "redits sous un autre identifiant : le même fait, sans effet"),
        (comptes["redates"], "redaté par le CSC : verdict et facture suivent"),
        (comptes["nuls"], "annulé par le CSC : il n'a pas eu lieu"),
    )


def rectifie(rectification: Rectification) -> str:
    """« en fait le 18 septembre, 14 h », ou « nulle »."""
    juste = rectification.juste
    return "nulle" if juste is None else f"en fait le {instant(juste)}"

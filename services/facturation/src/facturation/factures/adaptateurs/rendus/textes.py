"""Un document en textes français : ce que le papier et la page écrivent de même."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_currency

from facturation.tarification.domaine.ecriture import en_pourcentage
from noyau import Mois
from pages.tableur import sans_invisibles

LOCALE: Final = "fr_CA"


def epurer(valeur: Any) -> Any:  # noqa: ANN401 -- des valeurs JSON
    """Les mêmes valeurs JSON, dont aucun texte ne cache rien."""
    if isinstance(valeur, str):
        return sans_invisibles(valeur)
    if isinstance(valeur, Mapping):
        return {nom: epurer(v) for nom, v in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [epurer(v) for v in valeur]
    return valeur


def solde(document: Mapping[str, Any]) -> str:
    """Ce qu'est le total d'un document, selon son signe."""
    return "Crédit en votre faveur" if Decimal(document["total"]) < 0 else "Total à payer"


def taxes(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Ce que chaque taxe ajoute, et sur quoi; vide : exonéré."""
    return [
        (
            f"{nom}, {en_pourcentage(Decimal(part[f'taux_{taxe}']))} sur {dollars(part['base'])}",
            dollars(part[taxe]),
        )
        for part in document["taxes"]
        for nom, taxe in (("TPS", "tps"), ("TVQ", "tvq"))
    ]


def versions(ligne: Mapping[str, Any]) -> str:
    """La fiche et le prix dont vient une ligne, chacun à sa version."""
    dites = [f"{ligne['fiche']}, version {ligne['version_fiche']}"] if ligne["fiche"] else []
    if ligne["version_prix"] is not None:
        dites.append(f"prix au ROPN, version {ligne['version_prix']}")
    return "; ".join(dites)


def reperes(ligne: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """À quoi l'organisme reconnaît ce qu'il paie; sans demande, la référence que porte le JSON."""
    demande = ligne.get("demande")
    nommes = (
        ("Demande", demande),
        ("Référence", None if demande else ligne["source"]),
        ("Site", ligne.get("site")),
        ("Imputation", ligne.get("imputation")),
    )
    yield from ((nom, valeur) for nom, valeur in nommes if valeur)


def jours(ligne: Mapping[str, Any]) -> str:
    """Les jours d'une ligne : un seul, ou du premier au dernier, compris."""
    debut, fin = date.fromisoformat(ligne["debut"]), ligne["fin"]
    dernier = date.fromisoformat(fin) - timedelta(days=1) if fin else debut
    if dernier == debut:
        return jour(debut)
    if debut.year != dernier.year:
        return f"{jour(debut)} au {jour(dernier)}"
    mois_dit = "" if debut.month == dernier.month else format_date(debut, " MMMM", locale=LOCALE)
    return f"{_quantieme(debut)}{mois_dit} au {jour(dernier)}"


def dollars(montant: object) -> str:
    """« −1 234,50 $ »."""
    return format_currency(Decimal(str(montant)), "CAD", locale=LOCALE).replace("-", "−")


def mois(periode: str) -> str:
    """« septembre 2026 »."""
    return format_date(Mois.lire(periode).debut, "MMMM y", locale=LOCALE)


def jour(le: date) -> str:
    """« 1er octobre 2026 »."""
    return f"{_quantieme(le)} {format_date(le, 'MMMM y', locale=LOCALE)}"


def _quantieme(le: date) -> str:
    return "1er" if le.day == 1 else str(le.day)

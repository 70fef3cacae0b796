"""Ce qui se lit une fois, au démarrage : les bornes des quantités."""

from collections.abc import Mapping
from decimal import Decimal

from facturation.base import lire_donnees
from facturation.tarification.domaine.bornes import Bornes, BornesDuJour


def lire_bornes() -> Bornes:
    """Les bornes livrées avec le service, datées."""
    return Bornes.de(
        {
            b["debut"]: BornesDuJour(_nombres(b["formes"]), _nombres(b["tarifs"]))
            for b in lire_donnees("seuils.toml")["bornes"]
        }
    )


def _nombres(ecrits: Mapping[str, str]) -> Mapping[str, Decimal]:
    return {nom: Decimal(ecrit) for nom, ecrit in ecrits.items()}

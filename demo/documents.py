"""Les documents que la facturation a rendus."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict


class Valeur(BaseModel):
    """Ce que la démonstration garde de ce qu'elle a lu."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Ligne(Valeur):
    """Une ligne de facture; `nom` la rattache au scénario (« MTQ-02/1 »)."""

    nom: str
    source: str
    evenements: tuple[str, ...]
    produit_libelle: str | None
    tarif: str
    libelle: str
    fiche: str | None
    version_fiche: int | None
    nature: str
    periode: str
    debut: date
    fin: date | None
    prix_unitaire: str | None
    majoration: str | None
    calcul: str
    montant: Decimal


class Facture(Valeur):
    """Une facture émise, l'aperçu qui l'annonçait, et les fichiers qui la rendent."""

    organisme: str
    nom: str
    numero: str
    periode: str
    emise_le: date
    nature: str
    lignes: tuple[Ligne, ...]
    total_avant_taxes: Decimal
    tps: Decimal
    tvq: Decimal
    total: Decimal
    empreinte: str
    apercu_egal: bool
    fichiers: dict[str, str]


_DE_L_EMISSION = frozenset({"numero", "emise_le", "emetteur", "echeance", "modalites", "empreinte"})


def facture_lisible(document: dict[str, Any]) -> dict[str, Any]:
    """Ce qui est commun à un aperçu et à la facture : tout, sauf ce que l'émission y met."""
    return {c: v for c, v in document.items() if c not in _DE_L_EMISSION}

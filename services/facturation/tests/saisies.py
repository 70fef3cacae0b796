"""La scène des essais de saisies : les fiches livrées, des organismes, deux personnes."""

from datetime import date
from typing import Any

import httpx
from pydantic import TypeAdapter

from contrats import catalogue
from facturation.tarification.domaine.tarifs import VersionFiche
from outils.essais.banc import Banc
from services.facturation.tests import livrees
from services.facturation.tests.scene import organisme, publier

LE_11 = date(2026, 9, 11)
_FICHE = TypeAdapter(VersionFiche)


def publiee(fiche: VersionFiche) -> catalogue.FichePubliee:
    """La fiche, telle que le catalogue la publie."""
    return catalogue.FichePubliee(
        code=fiche.fiche, titre=fiche.fiche, version=fiche.version, debut=fiche.debut,
        tarifs=tuple(map(publier, fiche.tarifs)), indicateurs=(),
    )  # fmt: skip


async def planter(banc: Banc, *codes: str) -> None:
    """Publie les fiches livrées, inscrit les organismes, et va au 15 septembre."""
    banc.horloge.aller("2026-09-15T09:00-04:00")
    await banc.recevoir(*map(publiee, livrees.fiches()), *map(organisme, codes or ("MTQ",)))


def corps(**champs: Any) -> dict[str, Any]:
    """Le corps d'une saisie : un dédommagement de 312,40 $ au MTQ, le 11 septembre."""
    return {
        "organisme": "MTQ",
        "tarif": "DEDOMMAGEMENT",
        "montant": "312.40",
        "fait_le": "2026-09-11",
        "motif": "Écran fendu.",
        **champs,
    }


def facturiere(banc: Banc, sujet: str = "agnes") -> httpx.AsyncClient:
    return banc.client("facturation", sujet=sujet)


async def saisir(client: httpx.AsyncClient, **champs: Any) -> dict[str, Any]:
    """Une saisie qui se pose, aussitôt ou à confirmer."""
    rendue = await client.post("/v1/lignes-saisies", json=corps(**champs))
    assert rendue.is_success, rendue.text
    saisie: dict[str, Any] = rendue.json()
    return saisie


async def refus(
    client: httpx.AsyncClient, chemin: str = "/v1/lignes-saisies", **champs: Any
) -> tuple[int, str | None, str]:
    """Ce que répond un refus : statut, règle, détail."""
    rendue = await client.post(chemin, json=champs or None)
    probleme = rendue.json()
    return rendue.status_code, probleme.get("regle"), probleme["detail"]

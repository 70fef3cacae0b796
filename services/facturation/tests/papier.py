"""Une facture de chaque sorte de ligne, et ce qu'un lecteur en tire."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pypdf

from facturation.creances.domaine.faits import Appris
from facturation.factures.adaptateurs.rendus import pdf
from facturation.factures.domaine import documents
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION, Inscriptions
from facturation.tarification.domaine.tarification import Tarification
from services.facturation.tests.builders import EMETTEUR, SEPTEMBRE, Faits, situation

DEMANDE = UUID(int=5)
NUMEROS = MappingProxyType({DEMANDE: "D-2026-000123"})
NEUVES = ("emetteur", "echeance", "modalites")
"""Ce que ne portent pas les documents émis avant qu'on l'y garde; et, de chaque ligne :"""
NEUVES_DE_LIGNE = ("demande", "site", "imputation")


def postes(nombre: int) -> list[Appris]:
    """Des postes livrés d'une même demande, en service au cours de septembre."""
    f = Faits()
    return [
        f.livraison(
            str(UUID(int=100 + rang)), date(2026, 9, 1 + rang % 28), demande_id=str(DEMANDE),
            site="QUE-0912", imputation="2100-447",
        )
        for rang in range(nombre)
    ]  # fmt: skip


def document(
    faits: Iterable[Appris],
    tarifs: Tarification | None = None,
    *,
    taxable: bool = False,
    inscriptions: Inscriptions = SANS_INSCRIPTION,
    **client: Any,
) -> dict[str, Any]:
    """Le document de septembre de ces faits; `client` change ce que dit le fichier client."""
    s = situation(faits, tarifs, taxable=taxable, numeros=NUMEROS)
    projet = replace(s, client=replace(s.client, **client)).projeter(SEPTEMBRE)
    facture, _ = projet.emettre(7, datetime(2026, 10, 1, 14, tzinfo=UTC), EMETTEUR, inscriptions)
    return sceller(documents.de_document(facture))


def sceller(corps: Mapping[str, Any]) -> dict[str, Any]:
    return {**corps, "empreinte": documents.empreinte(corps)}


def ancien(corps: Mapping[str, Any]) -> dict[str, Any]:
    """Le même document, tel qu'on l'émettait avant d'y garder le reste."""
    vieux = {n: v for n, v in corps.items() if n not in (*NEUVES, "empreinte")}
    vieux["lignes"] = [
        {n: v for n, v in ligne.items() if n not in NEUVES_DE_LIGNE} for ligne in corps["lignes"]
    ]
    return sceller(vieux)


def pages(corps: Mapping[str, Any]) -> list[str]:
    """Le texte de chaque page, tel qu'on le copie."""
    lecteur = pypdf.PdfReader(io.BytesIO(pdf.rendre(corps)))
    return [page.extract_text() for page in lecteur.pages]


def texte(corps: Mapping[str, Any]) -> str:
    return "\n".join(pages(corps))

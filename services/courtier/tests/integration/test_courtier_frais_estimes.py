"""CI-14 : une grille que publie le catalogue estime les frais des scénarios, sans code."""

from datetime import date
from decimal import Decimal

import pytest

from contrats.catalogue import (
    Declencheur,
    FichePubliee,
    FicheRetiree,
    Quantite,
    Tarif,
    Tranche,
)
from services.courtier.tests.acquisitions import Acquisition, offre_voulue
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration


def fiche(version: int, debut: date, fixe: str) -> FichePubliee:
    """Une fiche dont un contrat signé doit `fixe` $ et 1 % de son montant."""
    tranche = Tranche(a_partir_de=Decimal(0), montant=Decimal(fixe), taux=Decimal("0.01"))
    tarif = Tarif(
        code="COURTIER-FRAIS",
        libelle="Frais de gestion",
        du=Declencheur(evenement="contrat.signé"),
        quantite=Quantite(forme="grille", fait="montant", grille=(tranche,)),
    )
    return FichePubliee(
        code="COURTIER", titre="Courtage", version=version, debut=debut, tarifs=(tarif,),
        indicateurs=(),
    )  # fmt: skip


async def test_ci_14_la_grille_publiee_estime_les_frais_des_scenarios(marche: Marche) -> None:
    entente = await marche.entente()
    offre_id = await marche.offre(entente["id"])
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    await dossier.jusqu_aux_scenarios([offre_id])
    await dossier.scenario(entente["id"], offre_voulue(offre_id))

    async def frais() -> str | None:
        (lu,) = (await dossier.lire("/scenarios"))["elements"]
        montant: str | None = lu["frais_courtier"]["montant"]
        return montant

    assert await frais() is None
    await marche.banc.recevoir(fiche(1, date(2026, 4, 1), "300.00"))
    assert await frais() == "420.00"
    await marche.banc.recevoir(fiche(2, date(2026, 9, 1), "500.00"))
    assert await frais() == "620.00"
    await marche.banc.recevoir(FicheRetiree(code="COURTIER", version=2, debut=date(2026, 9, 1)))
    assert await frais() == "420.00"
    page = await marche.gestionnaire.get(
        f"/v1/dossiers/{dossier.id}/scenarios", headers={"Accept": "text/html"}
    )
    assert "420,00" in page.text

"""Une ligne qui rend dit pourquoi, et nomme ce qu'elle corrige (FAC-9)."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    facture,
    fermer_septembre,
    jour,
    livraison,
    planter,
    rectification,
    recuperation,
)

pytestmark = pytest.mark.integration
NOVEMBRE = datetime(2026, 11, 2, 14, tzinfo=UTC)
PREMIERE, SECONDE = "2026-2027-000001", "NC-2026-2027-000001"


async def _octobre(b: Banc) -> list[dict[str, Any]]:
    """Émet octobre, aperçu compris, qui dit la même chose; rend les lignes qui rendent."""
    b.horloge.instant = NOVEMBRE
    await b.recevoir_jalons(NOVEMBRE, *SUJETS)
    client = b.client("facturation")
    vu = await client.post(
        "/v1/executions", json={"periode": "2026-10", "organisme": "MTQ", "apercu": True}
    )
    sort = (await executer(b, "2026-10"))["sorts"][0]
    lignes = (await facture(b, sort["numero"]))["lignes"]
    assert vu.json()["organismes"][0]["facture"]["lignes"] == lignes
    return [ligne for ligne in lignes if ligne["raison"]]


async def _facturer(b: Banc) -> tuple[Any, Any]:
    """Un poste livré le 4 septembre, facturé; l'actif, et l'acte."""
    await planter(b, "MTQ")
    actif = uuid4()
    livree = b.message(livraison(actif), survenu_le=a(jour(4)))
    await b.recevoir_messages([livree])
    await fermer_septembre(b)
    await executer(b)
    (ligne,) = (await facture(b))["lignes"]
    return actif, ligne["evenements"][0]


async def test_fac_9_d_un_acte_annule_la_ligne_qui_rend_nomme_tout(banc: MonterBanc) -> None:
    b = await banc("facturation")
    actif, acte = await _facturer(b)
    await b.recevoir(rectification(actif, acte, None), survenu_le=a(jour(2, 10)))
    (rendue,) = await _octobre(b)
    assert rendue["raison"] == "Plus rien n'est dû : un acte est annulé."
    assert (rendue["numero_corrige"], rendue["rang_corrige"]) == (PREMIERE, 1)
    assert (rendue["produit"], rendue["fiche"], rendue["version_fiche"]) == (
        "BUREAU-STD",
        "POSTES",
        1,
    )
    assert (rendue["montant"], rendue["fin"], rendue["prix_unitaire"]) == (
        "-132.30",
        "2026-10-01",
        "147.00",
    )
    assert acte in rendue["evenements"]
    assert len(rendue["evenements"]) == 2, "l'acte, et ce qui l'annule"


async def test_fac_9_d_un_acte_redate_elle_dit_son_jour(banc: MonterBanc) -> None:
    b = await banc("facturation")
    actif, acte = await _facturer(b)
    await b.recevoir(rectification(actif, acte, a(jour(20))), survenu_le=a(jour(2, 10)))
    (rendue,) = await _octobre(b)
    assert rendue["raison"] == "Plus rien n'est dû : un acte est redaté au 2026-09-20."


async def test_fac_9_d_une_fin_tardive_elle_dit_la_fin(banc: MonterBanc) -> None:
    b = await banc("facturation")
    actif, _ = await _facturer(b)
    await b.recevoir(recuperation(actif, jour(4)), survenu_le=a(jour(4), 15))
    (rendue,) = await _octobre(b)
    assert rendue["raison"] == "Plus rien n'est dû : une fin est dite au 2026-09-04."


async def test_fac_13_l_ajustement_absorbe_se_nomme(banc: MonterBanc) -> None:
    """147 × 27 ÷ 30 = 132,30 facturé; 32,30 crédité en octobre; puis l'acte est annulé."""
    b = await banc("facturation")
    actif, acte = await _facturer(b)
    decision = {"montant": "-32.30", "motif": "Hors d'usage."}
    client = b.client("facturation")
    posee = await client.post(f"/v1/factures/{PREMIERE}/lignes/1/ajustements", json=decision)
    assert posee.status_code == 201
    await b.recevoir(rectification(actif, acte, None), survenu_le=a(jour(2, 10)))
    (rendue,) = await _octobre(b)
    assert [(x["montant"], x["motif"]) for x in rendue["ajustements"]] == [
        ("-32.30", "Hors d'usage.")
    ]
    assert rendue["ajustement"] == "0.00"


async def test_fac_9_la_page_et_le_papier_disent_la_raison(banc: MonterBanc) -> None:
    b = await banc("facturation")
    actif, acte = await _facturer(b)
    await b.recevoir(rectification(actif, acte, None), survenu_le=a(jour(2, 10)))
    await _octobre(b)
    client = b.client("gestionnaire", organisme="MTQ")
    page = await client.get(f"/v1/factures/{SECONDE}", headers={"Accept": "text/html"})
    assert "un acte est annulé" in page.text
    assert f"1, de {PREMIERE}" in page.text
    papier = await client.get(f"/v1/factures/{SECONDE}", headers={"Accept": "application/pdf"})
    assert papier.status_code == 200

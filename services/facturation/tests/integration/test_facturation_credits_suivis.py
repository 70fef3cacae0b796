"""FAC-13 : sur PostgreSQL, un crédit garde son dû, et jamais celui d'une ligne voisine."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from noyau import Mois
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.integration.test_facturation_etendue import clore, ecarts
from services.facturation.tests.scene import (
    executer,
    facture,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    planter,
    rectification,
)

pytestmark = pytest.mark.integration


async def _crediter(b: Banc, numero: str, rang: int, montant: str) -> tuple[int, dict[str, Any]]:
    corps = {"montant": montant, "motif": "Hors d'usage du 1er au 15."}
    adresse = f"/v1/factures/{numero}/lignes/{rang}/ajustements"
    reponse = await b.client("facturation").post(adresse, json=corps)
    dit: dict[str, Any] = reponse.json()
    return reponse.status_code, dit


async def test_fac_13_le_credit_d_une_ligne_ne_passe_pas_aux_jours_d_une_autre(
    banc: MonterBanc,
) -> None:
    """Deux lignes du mois, le prix changé le 16; la première créditée, puis l'acte redaté au 10."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    livree = b.message(livraison(actif := uuid4()), survenu_le=a(jour(1)), id=(acte := uuid4()))
    await b.recevoir_messages([livree])
    await b.recevoir(fiche(2, jour(16), POSTE_01="150"))
    await fermer_septembre(b)
    await executer(b)
    septembre = await facture(b)
    (rang,) = [x["rang"] for x in septembre["lignes"] if x["debut"] == "2026-09-01"]
    statut, refus = await _crediter(b, septembre["numero"], rang, "-73.51")
    assert (statut, refus["regle"]) == (409, "FAC-13"), "sa voisine ne paie pas pour elle"
    assert (await _crediter(b, septembre["numero"], rang, "-73.50"))[0] == 201

    await b.recevoir(rectification(actif, acte, a(jour(10))))
    octobre = Mois(2026, 10)
    await clore(b, octobre)
    assert await ecarts(b, "MTQ", octobre) == []
    await executer(b, str(octobre))
    document = await facture(b, "2026-2027-000002")
    # 147 × 6 ÷ 30 = 29,40 du 10 au 15, tout entier retranché; rien ne bouge à partir du 16.
    assert {(x["debut"], x["montant"], x["ajustement"]) for x in document["lignes"]} == {
        ("2026-10-01", "150.00", "0.00"),
        ("2026-09-01", "-73.50", "0.00"),
        ("2026-09-10", "0.00", "-29.40"),
    }
    assert await ecarts(b, "MTQ", octobre.suivant) == []


async def test_fac_13_relivre_apres_une_livraison_nulle_rien_ne_s_absorbe(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    actif, acte = uuid4(), uuid4()
    await b.recevoir_messages([b.message(livraison(actif), survenu_le=a(jour(1)), id=acte)])
    await fermer_septembre(b)
    await executer(b)
    assert (await _crediter(b, "2026-2027-000001", 1, "-147.00"))[0] == 201
    await b.recevoir(rectification(actif, acte, None))
    await b.recevoir(livraison(actif), survenu_le=a(jour(10)))
    await clore(b, Mois(2026, 10))
    await executer(b, "2026-10")
    document = await facture(b, "2026-2027-000002")
    # 147 × 21 ÷ 30 = 102,90 : un autre dû, facturé en entier; les 147 du premier sont rendus.
    assert {(x["debut"], x["montant"]) for x in document["lignes"]} == {
        (str(date(2026, 10, 1)), "147.00"),
        (str(jour(10)), "102.90"),
        (str(jour(1)), "-147.00"),
    }

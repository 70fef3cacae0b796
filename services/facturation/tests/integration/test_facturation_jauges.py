"""FAC-6 : les montants des derniers mois, et le mois fini qui n'est pas encore émis."""

from uuid import uuid4

import pytest

from outils.essais.greffon import MonterBanc
from outils.essais.jauges import jauges_dites
from services.facturation.tests.builders import a
from services.facturation.tests.scene import EMISSION, SUJETS, executer, jour, livraison, planter

pytestmark = pytest.mark.integration


async def test_fac_6_le_mois_fini_attend_puis_se_dit_en_dollars(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ", "SQ")
    for code in ("MTQ", "SQ"):
        await b.recevoir(livraison(uuid4(), code=code), survenu_le=a(jour(1)))
    b.horloge.instant = EMISSION
    dites = await jauges_dites(b)
    assert dites["sbg_facturation_a_emettre"] == {"2026-09": 2}
    assert dites["sbg_facturation_mois_fini_jours"] == {"2026-09": EMISSION.day - 1}
    assert dites["sbg_facturation_documents"] == {}
    await b.recevoir_jalons(EMISSION, *SUJETS)
    await executer(b)
    dites = await jauges_dites(b)
    assert dites["sbg_facturation_a_emettre"] == {"2026-09": 0}
    assert dites["sbg_facturation_documents"] == {"2026-09": 2}
    factures = (await b.client("facturation").get("/v1/factures")).json()["elements"]
    for mesure, champ in (("avant_taxes", "total_avant_taxes"), ("total", "total")):
        somme = sum(float(facture[champ]) for facture in factures)
        assert dites[f"sbg_facturation_{mesure}_dollars"] == {"2026-09": pytest.approx(somme)}
    assert set(dites["sbg_facturation_en_attente"].values()) == {0}

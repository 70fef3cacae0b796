"""La table de conservation de chaque service, sur sa vraie base : tout s'y lit, et se prend."""

import pytest

from outils.essais.greffon import MonterBanc
from socle.conservation import PURGE, compter_les_echus, purger

pytestmark = pytest.mark.integration
SERVICES = ("catalogue", "demandes", "facturation", "sla", "courtier")


@pytest.mark.parametrize("nom", SERVICES)
async def test_chaque_famille_se_compte_et_se_purge(nom: str, banc: MonterBanc) -> None:
    b = await banc(nom)
    familles = b.service.familles(b.roles.reglages)
    assert {"reponses", "receptions", "audit"} <= {famille.nom for famille in familles}
    assert len({(famille.nom, famille.table) for famille in familles}) == len(familles)
    for famille in familles:
        echues = await compter_les_echus(b.moteur_interne, famille)
        assert echues == (None if famille.echue is None else 0), famille
        assert (famille.lot is None) is (famille.porte_par != PURGE), famille
    assert await purger(b.moteur_interne, familles) == 0

"""La table de conservation de chaque service, sur sa vraie base : tout s'y lit, et se prend."""

import pytest

from outils.essais.greffon import MonterBanc
from socle.conservation import PERSONNE, compter_les_echus, purger
from socle.reglages import SEPT_ANS, ReglagesConservation

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
        assert echues == (None if famille.jours is None else 0), famille
        assert famille.porte_par != PERSONNE or not famille.effacer
    assert await purger(b.moteur_interne, familles) == 0


def test_sept_ans_d_office_pour_l_audit_les_documents_et_les_personnes() -> None:
    durees = ReglagesConservation()
    assert (durees.audit, durees.documents, durees.personnes) == (SEPT_ANS, SEPT_ANS, SEPT_ANS)

"""L'adresse d'un appelant est celle de sa connexion, sauf d'un mandataire que l'on nomme."""

from collections.abc import Sequence

import httpx
import pytest

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.reglages import ReglagesDebit

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("mandataires", "attendus"),
    [((), {401, 429}), (("127.0.0.1/32",), {401}), (("10.0.0.0/8",), {401, 429})],
)
async def test_un_en_tete_ne_change_pas_l_adresse_que_le_frein_des_refus_compte(
    banc: MonterBanc, mandataires: Sequence[str], attendus: set[int]
) -> None:
    """Vu : une adresse neuve à chaque essai, et nul jeton faux n'était plus freiné."""
    b = await banc(service(), debit=ReglagesDebit(refus_par_seconde=0.01, refus_rafale=3))
    statuts = set()
    async with (
        b.servi(mandataires=mandataires) as port,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        for rang in range(12):
            en_tetes = {"Authorization": "Bearer faux", "X-Forwarded-For": f"192.0.2.{rang}"}
            lu = await client.get(f"http://127.0.0.1:{port}/v1/comptes", headers=en_tetes)
            statuts.add(lu.status_code)
    assert statuts == attendus

"""Réclamer un appel : son verrou se prend avec BEGIN, sans attendre, et dit s'il l'a été."""

from functools import partial

import pytest

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.bd.transaction import Portee, transaction
from socle.execution.idempotence import ActeEnCours, Reclamation, retrouver

pytestmark = pytest.mark.integration
PORTEE = Portee("MTQ")


def _appel(cle: str) -> Reclamation:
    return Reclamation("MTQ/alice", "POST /v1/comptes", cle, bytes(32), "MTQ")


async def test_un_appel_en_cours_se_refuse_sans_attendre(banc: MonterBanc) -> None:
    b = await banc(service())
    commencer = partial(transaction, b.moteur_api, PORTEE, ecriture=True)
    un, autre = _appel("k-1"), _appel("k-2")
    async with commencer(verrou=un.verrou) as tient:
        assert await retrouver(tient.pilote, un) == (None, None)
        async with commencer(verrou=un.verrou) as meme:
            with pytest.raises(ActeEnCours):
                await retrouver(meme.pilote, un)
        async with commencer(verrou=autre.verrou) as ailleurs:
            assert await retrouver(ailleurs.pilote, autre) == (None, None)
    async with commencer(verrou=un.verrou) as ensuite:
        assert await retrouver(ensuite.pilote, un) == (None, None)


@pytest.mark.parametrize("verrou", [-(2**63), -1, 0, 2**63 - 1])
async def test_tout_verrou_de_64_bits_se_prend(banc: MonterBanc, verrou: int) -> None:
    b = await banc(service())
    async with transaction(b.moteur_api, PORTEE, verrou=verrou) as connexion:
        assert await retrouver(connexion.pilote, _appel("k")) == (None, None)


def test_le_verrou_d_un_appel_est_stable_et_a_lui() -> None:
    """S'il changeait, deux versions du code ne s'arrêteraient qu'à la clé primaire."""
    assert _appel("k-1").verrou == -799001812804118571
    assert _appel("k-1").verrou != _appel("k-2").verrou

"""Un délai dépassé pendant un calcul : la base coupe, et l'on sait encore pourquoi."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import asyncpg
import pytest
from sqlalchemy import text

from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.bd.connexion import Connexion
from socle.bd.moteur import DelaisBase, Moteur, ouvrir_moteur
from socle.bd.pannes import a_depasse_le_delai, est_panne
from socle.bd.transaction import INTERNE, TransactionTropLongue, transaction
from socle.surveillance.sondes import sonde_vue

pytestmark = pytest.mark.integration


async def _calculer(moteur: Moteur, coupure: Callable[[int], Awaitable[None]]) -> None:
    """Une transaction qui calcule pendant que sa connexion se coupe, puis relit."""
    async with transaction(moteur, INTERNE) as connexion:
        await coupure(await connexion.valeur(text("SELECT pg_backend_pid()")))
        await connexion.ligne(text("SELECT 1"))


@pytest.mark.parametrize("delais", [{"transaction": 200}, {"inactivite": 200}])
async def test_une_transaction_coupee_pendant_un_calcul_dit_qu_elle_etait_trop_longue(
    banc: MonterBanc, delais: Mapping[str, int]
) -> None:
    """Vu : l'instruction d'après trouvait la connexion fermée; on la croyait en panne, sans fin."""
    b = await banc(service())
    moteur = ouvrir_moteur(b.roles.dsn("interne"), DelaisBase(**delais))
    with pytest.raises(TransactionTropLongue) as erreur:
        await _calculer(moteur, lambda _: asyncio.sleep(0.6))
    assert a_depasse_le_delai(erreur.value)
    assert est_panne(erreur.value)
    async with transaction(moteur, INTERNE) as connexion:
        assert await connexion.valeur(text("SELECT 1")) == 1
    await moteur.fermer()


async def test_une_connexion_perdue_avant_tout_delai_reste_une_panne(banc: MonterBanc) -> None:
    b = await banc(service())

    async def couper(pid: int) -> None:
        async with b.interne() as autre:
            await autre.pilote.execute(f"SELECT pg_terminate_backend({pid})")
        await asyncio.sleep(0.1)

    with pytest.raises(asyncpg.InterfaceError) as erreur:
        await _calculer(b.moteur_interne, couper)
    assert est_panne(erreur.value)
    assert not a_depasse_le_delai(erreur.value)


async def test_une_degradation_de_service_se_lit_d_une_vue(banc: MonterBanc) -> None:
    b = await banc(service())

    async def vue(connexion: Connexion) -> str | None:
        motif: str | None = await connexion.valeur(text("SELECT max(code) FROM comptes"))
        return motif

    sonder = sonde_vue(b.moteur_interne, vue)
    assert await sonder() is None
    async with b.interne() as connexion:
        await connexion.ecrire(text("INSERT INTO comptes VALUES ('MTQ', 'un motif', 0, 1)"))
    assert await sonder() == "un motif"

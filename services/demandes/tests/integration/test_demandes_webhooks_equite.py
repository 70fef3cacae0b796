"""Les abonnés muets d'un organisme, ou que l'on ne peut servir, ne retardent qu'eux (DEM-10)."""

from ipaddress import ip_network
from statistics import median

import pytest
from sqlalchemy import text

from demandes.webhooks.adaptateurs.connecteur import DELAI, connecteur
from demandes.webhooks.entrees.taches import Guichet
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.demandes.tests.abonne import abonne, abonner, annulee
from services.demandes.tests.parcours import Parcours
from services.demandes.tests.voisinage import COFFRE, delais
from socle.service import Contexte

pytestmark = pytest.mark.integration
BOUCLE = ip_network("127.0.0.0/8")
MUETS = 60


async def porter(contexte: Contexte) -> int:
    """Le livreur du produit; ici, la boucle locale est permise aux organismes."""
    async with connecteur((BOUCLE,)) as porteur:
        return await Guichet(contexte, COFFRE, porteur, porteur).tenir()


async def test_dem_10_soixante_abonnes_muets_ne_retardent_pas_le_voisin(banc: MonterBanc) -> None:
    """Avant : jusqu'à 5,6 s au lieu d'une demi-seconde."""
    seul = await delais(await _inscrits(banc), porter, muets=0)
    entoure = await delais(await _inscrits(banc), porter, muets=MUETS)
    assert max(entoure) < DELAI / 2, (seul, entoure)
    assert median(entoure) < median(seul) + 1.0, (seul, entoure)


async def _inscrits(banc: MonterBanc) -> Banc:
    return (await Parcours.monter(await banc("demandes"))).banc


async def test_dem_10_un_abonne_qu_on_ne_peut_servir_n_arrete_pas_les_autres(
    banc: MonterBanc,
) -> None:
    """Ses essais ne s'inscrivent pas, pour une raison qui n'est pas une panne de la base."""
    b = await banc("demandes", webhooks_reseaux_permis=str(BOUCLE))
    parcours = await Parcours.monter(b)
    async with abonne(reponses=[b"500 Non"]) as fautif, abonne() as sain:
        await abonner(parcours, fautif.url)
        await abonner(parcours, sain.url)
        async with b.interne() as cx:
            await cx.ecrire(
                text("UPDATE webhooks SET echecs = 2147483647 WHERE url = :u"), {"u": fautif.url}
            )
        for _ in range(3):
            await b.recevoir(annulee())
        assert await b.tache("webhooks") == 3
    assert len(sain.recus) == 3

"""D'une personne partie, le sujet s'efface du Catalogue; ce qu'on a décidé d'elle reste (CI-11)."""

import pytest
from sqlalchemy import text

from courtier.acces.adaptateurs.vues import conservation
from outils.essais.banc import Banc
from services.courtier.tests.marche import Marche, accorder
from socle.conservation import purger
from socle.reglages import Reglages

pytestmark = pytest.mark.integration
FAMILLES = conservation(Reglages())


async def quitter(marche: Marche, sujet: str) -> str:
    """Un compte accordé, inscrit à la diffusion, puis retiré."""
    (compte,) = await accorder(marche.banc, "SQ", sujet)
    personne = marche.banc.client("demandeur", organisme="SQ", sujet=sujet)
    assert (await personne.post("/v1/diffusion", json={"courriel": "x@sq.example"})).is_success
    corps = {"motif": "Départ"}
    retire = await marche.courtier.post(f"/v1/acces/{compte['id']}/retrait", json=corps)
    assert retire.is_success
    identifiant: str = compte["id"]
    return identifiant


async def sujets(banc: Banc, table: str) -> set[str]:
    async with banc.interne() as connexion:
        return set(await connexion.colonne(text(f"SELECT sujet FROM {table}")))


async def test_ci_11_qui_n_a_plus_d_acces_s_efface_au_terme(marche: Marche) -> None:
    partie = await quitter(marche, "alice")
    await quitter(marche, "bob")
    await accorder(marche.banc, "SQ", "bob")
    banc = marche.banc
    assert await purger(banc.moteur_interne, FAMILLES, banc.horloge) == 0
    banc.horloge.aller("2036-01-01T12:00Z")
    assert await purger(banc.moteur_interne, FAMILLES, banc.horloge) == 3
    restent = await sujets(banc, "acces_comptes")
    assert {f"parti:{partie}", "bob"} < restent
    assert "alice" not in restent
    assert not await sujets(banc, "diffusion_inscriptions") & {"alice", "bob"}
    assert await purger(banc.moteur_interne, FAMILLES, banc.horloge) == 0
    comptes = (await marche.courtier.get("/v1/acces")).json()["elements"]
    assert {c["retrait"]["motif"] for c in comptes if c["retrait"]} == {"Départ"}

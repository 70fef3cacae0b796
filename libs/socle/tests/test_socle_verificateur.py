"""Le vérificateur lit tout, n'écrit rien, et chacune de ses lectures s'inscrit à l'audit."""

from hashlib import sha256

import pytest
from sqlalchemy import text

from noyau import ANNUAIRE
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.temoin.service import service
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bd.transaction import INTERNE, transaction
from socle.web import acces

pytestmark = pytest.mark.integration

LUES = "SELECT acteur, organisme, operation, objet, empreinte FROM socle_audit ORDER BY id"


@pytest.fixture
async def b(banc: MonterBanc) -> Banc:
    """Le témoin, dont nulle route ne nomme le vérificateur."""
    return await banc(service())


async def auditees(b: Banc) -> list[tuple[object, ...]]:
    async with b.interne() as connexion:
        return [tuple(ligne) for ligne in await connexion.lignes(text(LUES))]


async def test_chaque_lecture_du_verificateur_s_inscrit_et_lui_seul(b: Banc) -> None:
    await b.client("demandeur", organisme="MTQ").get("/v1/comptes")
    await b.client("admin").get("/v1/comptes")
    assert await auditees(b) == []
    verificateur = b.client("verificateur", sujet="verificateur-1")
    assert (await verificateur.get("/v1/comptes", params={"limite": 5})).status_code == 200
    assert (await verificateur.get("/v1/comptes/MTQ/absent")).status_code == 404
    empreinte = sha256(b"/v1/comptes?limite=5").digest()
    assert await auditees(b) == [
        ("verificateur-1", "*", "GET /v1/comptes", "/v1/comptes", empreinte),
        (
            "verificateur-1",
            "*",
            "GET /v1/comptes/{organisme}/{code}",
            "/v1/comptes/MTQ/absent",
            sha256(b"/v1/comptes/MTQ/absent?").digest(),
        ),
    ]


async def test_le_verificateur_n_ecrit_rien(b: Banc) -> None:
    verificateur = b.client("verificateur", sujet="verificateur-1")
    refus = await verificateur.post("/v1/comptes/caisse/augmentation", json={"de": 3})
    assert refus.status_code == 403
    assert await auditees(b) == []


async def test_une_lecture_qui_ne_peut_s_inscrire_ne_se_fait_pas(b: Banc) -> None:
    migrer = ouvrir_moteur(b.roles.dsn("migrer"), DelaisBase())
    async with transaction(migrer, INTERNE) as connexion:
        await connexion.pilote.execute("ALTER TABLE socle_audit RENAME TO perdue")
    await migrer.fermer()
    verificateur = b.client("verificateur", sujet="verificateur-1")
    assert (await verificateur.get("/v1/comptes")).is_server_error


@pytest.mark.parametrize("roles", [(), ("admin",)])
def test_une_ecriture_ouverte_a_tous_ne_l_est_pas_au_verificateur(roles: tuple[str, ...]) -> None:
    ouverte = acces(object, *roles)
    assert "verificateur" in ouverte.admis("GET", ANNUAIRE)
    assert "verificateur" not in ouverte.admis("POST", ANNUAIRE)

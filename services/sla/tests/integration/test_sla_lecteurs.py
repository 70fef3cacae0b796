"""SLA-5, SLA-8 : qui a été d'une indisponibilité la lit toujours, et n'y lit des autres que lui."""

from typing import Any

import httpx
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import fiche, pt_4
from services.sla.tests.evenements import messages_de_fiches
from services.sla.tests.integration.test_sla_contestations_indisponibilites import (
    DECISION,
    contester,
    corriger,
    gestionnaire,
)
from services.sla.tests.integration.test_sla_disponibilites import (
    ADRESSE,
    PANNE,
    constater,
    inscrire,
    lues,
)
from services.sla.tests.scene import elements
from socle.schema.migrer import configuration

pytestmark = pytest.mark.integration
SITES = ["Siège de MTQ", "Entrepôt de SQ"]


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    monte.horloge.aller("2026-09-30T12:00-04:00")
    await monte.recevoir_messages(messages_de_fiches(monte, [fiche(pt_4())]))
    await inscrire(monte, "MTQ", "SQ", "RAMQ")
    return monte


async def lire(client: httpx.AsyncClient, panne: dict[str, Any]) -> dict[str, Any]:
    reponse = await client.get(f"{ADRESSE}/{panne['id']}")
    assert reponse.status_code == 200, reponse.text
    lue: dict[str, Any] = reponse.json()
    return lue


async def test_sla_8_qui_en_est_retire_lit_la_suite_de_sa_contestation(sla: Banc) -> None:
    panne = await constater(sla, organismes=["MTQ", "SQ"])
    await contester(sla, panne)
    assert (await lues(sla))["MTQ"][1] == 102 * 60
    await corriger(sla, panne, organismes=["SQ"], motif="MTQ n'en était pas.")
    assert (await lues(sla))["MTQ"][1] == 0
    client = gestionnaire(sla)
    lue = await lire(client, panne)
    assert (lue["organismes"], lue["nombre_organismes"]) == ([], 1)
    assert [i["id"] for i in await elements(client, ADRESSE)] == [panne["id"]]
    actes = await elements(client, f"{ADRESSE}/{panne['id']}/actes")
    assert [a["motif"] for a in actes] == [PANNE["motif"], "MTQ n'en était pas."]
    annulation = f"{ADRESSE}/{panne['id']}/annulation"
    await sla.client("mesure").post(annulation, json={"motif": "La sonde se trompait."})
    assert (await lire(client, panne))["annulee"] is True
    assert len(await elements(client, f"{ADRESSE}/{panne['id']}/actes")) == 3


async def test_sla_5_chacun_lit_depuis_qu_il_en_est_et_nul_autre(sla: Banc) -> None:
    panne = await constater(sla, organismes=["MTQ"])
    assert (await gestionnaire(sla, "SQ").get(f"{ADRESSE}/{panne['id']}")).status_code == 404
    await corriger(sla, panne, organismes=["MTQ", "SQ"], motif="SQ aussi.")
    await corriger(sla, panne, organismes=["MTQ"], motif="Non.")
    siens = await elements(gestionnaire(sla, "SQ"), f"{ADRESSE}/{panne['id']}/actes")
    assert [a["motif"] for a in siens] == ["SQ aussi.", "Non."]
    ailleurs = gestionnaire(sla, "RAMQ")
    assert (await ailleurs.get(f"{ADRESSE}/{panne['id']}")).status_code == 404
    assert (await ailleurs.get(f"{ADRESSE}/{panne['id']}/actes")).status_code == 404
    assert await elements(ailleurs, ADRESSE) == []
    vues = await elements(sla.client("mesure"), ADRESSE, organisme="SQ")
    assert [i["id"] for i in vues] == [panne["id"]]


async def test_sla_5_dite_de_tous_puis_d_un_seul_tous_la_lisent(sla: Banc) -> None:
    panne = await constater(sla)
    await corriger(sla, panne, organismes=["SQ"], motif="SQ seulement.")
    lue = await lire(gestionnaire(sla, "RAMQ"), panne)
    assert (lue["portee"], lue["organismes"], lue["nombre_organismes"]) == ("organismes", [], 1)
    assert (await lues(sla))["RAMQ"][1] == 0


async def test_sla_5_un_organisme_ne_lit_ni_les_autres_ni_leurs_sites(sla: Banc) -> None:
    panne = await constater(sla, organismes=["MTQ", "SQ"], sites=SITES)
    client = gestionnaire(sla)
    for adresse in (ADRESSE, f"{ADRESSE}/{panne['id']}", f"{ADRESSE}/{panne['id']}/actes"):
        rendu = (await client.get(adresse)).text
        assert "SQ" not in rendu
        assert "MTQ" in rendu
        assert not [site for site in SITES if site in rendu]
    lue = await lire(client, panne)
    assert (lue["organismes"], lue["nombre_organismes"]) == (["MTQ"], 2)
    assert (lue["sites"], lue["nombre_sites"]) == ([], 2)
    du_mcn = await lire(sla.client("mesure"), panne)
    assert (du_mcn["organismes"], du_mcn["sites"]) == (["MTQ", "SQ"], sorted(SITES))
    seule = await constater(sla, service="stockage", organismes=["MTQ"], sites=SITES[:1])
    assert (await lire(client, seule))["sites"] == SITES[:1]
    (ligne,) = await elements(client, "/v1/disponibilites", periode="2026-09")
    for media in ("application/json", "text/html"):
        adresse = f"/v1/disponibilites/{ligne['id']}/explication"
        explication = (await client.get(adresse, headers={"Accept": media})).text
        assert panne["id"] in explication
        assert not [mot for mot in ("SQ", *SITES) if mot in explication]


async def test_sla_8_retire_il_conteste_de_n_en_etre_plus(sla: Banc) -> None:
    """Acceptée seulement s'il en est de nouveau."""
    panne = await constater(sla, organismes=["MTQ", "SQ"])
    await corriger(sla, panne, organismes=["SQ"])
    ouverte = await contester(sla, panne)
    assert ouverte.status_code == 201, ouverte.text
    adresse = f"/v1/contestations/{ouverte.json()['id']}/decision"
    decideur = sla.client("mesure", sujet="decideur")
    assert (await decideur.post(adresse, json=DECISION)).status_code == 409
    await corriger(sla, panne, organismes=["MTQ", "SQ"], motif="Il en était.")
    assert (await decideur.post(adresse, json=DECISION)).status_code == 200
    assert (await contester(sla, panne, "RAMQ")).status_code == 404


async def test_sla_5_les_lecteurs_d_une_base_d_avant_se_lisent_de_ses_actes(sla: Banc) -> None:
    de_tous = await constater(sla)
    await corriger(sla, de_tous, organismes=["SQ"])
    de_deux = await constater(sla, service="stockage", organismes=["MTQ"])
    await corriger(sla, de_deux, service="stockage", organismes=["RAMQ"])
    dsn = sla.roles.dsn("migrer").get_secret_value()
    moteur = create_async_engine(dsn.replace("postgresql://", "postgresql+asyncpg://"))
    reglages = configuration(sla.service.migrations)
    suite = ScriptDirectory.from_config(reglages).walk_revisions()
    precedente = next(r.down_revision for r in suite if r.path.endswith("_lecteurs.py"))

    def refaire(connexion: Connection) -> list[Any]:
        reglages.attributes["connection"] = connexion
        tables = ("indisponibilites", "actes_indisponibilites")
        lus = [f"SELECT id::text, lecteurs FROM {t} ORDER BY 1, lecteurs" for t in tables]
        avant = [list(map(tuple, connexion.execute(text(lu)))) for lu in lus]
        command.downgrade(reglages, str(precedente))
        command.upgrade(reglages, "head")
        assert [list(map(tuple, connexion.execute(text(lu)))) for lu in lus] == avant
        return avant[0]

    async with moteur.connect() as connexion:
        lecteurs = dict(await connexion.run_sync(refaire))
    await moteur.dispose()
    assert lecteurs == {de_tous["id"]: [], de_deux["id"]: ["MTQ", "RAMQ"]}

"""FAC-8 : une pièce échue se détruit une fois, par la facturation, qui l'atteste."""

import asyncio
import base64
from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from facturation.contestations.adaptateurs.vues import conservation
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.decisions import agent, contester, mtq, poser, trois_postes
from socle.conservation import compter_les_echus
from socle.reglages import Reglages

pytestmark = pytest.mark.integration
CSV = b"billet;jours\r\nINC0045871;20\r\n"
VEILLE, TERME = "2033-10-01T23:59-04:00", "2033-10-02T00:00-04:00"
"""La pièce est versée le 1er octobre 2026 : sept ans, comptés du lendemain."""
MOTIF = {"motif": "Échue; vu avec les archives."}


async def versee(b: Banc, *, finie: bool = True) -> str:
    """Une contestation rejetée de MTQ, et sa pièce; rend le chemin de celle-ci."""
    await trois_postes(b)
    contestation = await contester(b, 1)
    chemin = f"/v1/contestations/{contestation['id']}"
    corps = {"nom": "relevé de Camille Tremblay.csv", "contenu": base64.b64encode(CSV).decode()}
    piece = (await mtq(b).post(f"{chemin}/pieces", json=corps)).json()
    if finie:
        await poser(agent(b), contestation, "examen")
        await poser(agent(b), contestation, "decision", decision="rejetee", motif="Non fondée.")
    return f"{chemin}/pieces/{piece['empreinte']}"


async def detruire(client: httpx.AsyncClient, piece: str) -> httpx.Response:
    return await client.post(f"{piece}/destruction", json=MOTIF)


async def echues(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    lues: list[dict[str, Any]] = (await client.get("/v1/pieces-echues")).json()["elements"]
    return lues


async def comptees(b: Banc) -> int | None:
    (famille,) = conservation(Reglages())
    return await compter_les_echus(b.moteur_interne, famille, b.horloge)


async def test_fac_8_detruite_il_n_en_reste_que_l_attestation(banc: MonterBanc) -> None:
    b = await banc("facturation")
    piece = await versee(b)
    b.horloge.aller(TERME)
    (echue,) = await echues(agent(b))
    assert (echue["nom"], echue["etat"], echue["gelee"]) == (
        "relevé de Camille Tremblay.csv", "rejetee", False
    )  # fmt: skip
    assert await comptees(b) == 1
    detruite = await detruire(agent(b, "archiviste"), piece)
    assert detruite.status_code == 200, detruite.text
    attestee = detruite.json()
    assert attestee["empreinte"] == echue["empreinte"]
    assert (attestee["nom"], attestee["detruite_par"]) == ("Pièce détruite", "archiviste")
    assert (attestee["detruite_le"], attestee["detruite_motif"]) == (
        "2033-10-02T04:00:00Z", MOTIF["motif"]
    )  # fmt: skip
    for client in (agent(b), mtq(b)):
        lue = await client.get(piece)
        assert (lue.status_code, lue.json()["regle"]) == (410, "FAC-8")
        assert lue.json()["type"] == "/problemes/detruit"
        assert "détruite le 2033-10-02" in lue.json()["detail"]
        listees = (await client.get(piece.rpartition("/")[0])).json()["elements"]
        assert listees == [attestee]
    assert (await echues(agent(b)), await comptees(b)) == ([], 0)
    async with b.interne() as cx:
        garde = await cx.lignes(text("SELECT contenu, nom, taille FROM pieces"))
        assert [tuple(ligne) for ligne in garde] == [(None, "Pièce détruite", len(CSV))]
        requete = text("SELECT acteur FROM socle_audit WHERE operation LIKE '%/destruction'")
        assert await cx.colonne(requete) == ["archiviste"]


async def test_fac_8_jamais_avant_terme_ni_deux_fois(banc: MonterBanc) -> None:
    b = await banc("facturation")
    piece = await versee(b)
    b.horloge.aller(VEILLE)
    assert (await echues(agent(b)), await comptees(b)) == ([], 0)
    tot = await detruire(agent(b), piece)
    assert (tot.status_code, tot.json()["regle"]) == (409, "FAC-8")
    assert tot.json()["details"] == {"destructible_le": "2033-10-02"}
    assert "jusqu'au 2033-10-02, exclu" in tot.json()["detail"]
    assert (await mtq(b).get(piece)).status_code == 200
    b.horloge.aller(TERME)
    reponses = await asyncio.gather(*(detruire(agent(b, f"a-{n}"), piece) for n in range(8)))
    assert sorted(r.status_code for r in reponses) == [200, *[409] * 7]
    assert "déjà détruite" in (await detruire(agent(b), piece)).json()["detail"]


async def test_fac_8_jamais_sous_gel(banc: MonterBanc) -> None:
    b = await banc("facturation")
    piece = await versee(b)
    contestation = piece.partition("/pieces/")[0]
    b.horloge.aller(TERME)
    gel = {"texte": "Recours devant le tribunal."}
    assert (await agent(b).post(f"{contestation}/gel/levee", json=gel)).status_code == 409
    gelee = await agent(b).post(f"{contestation}/gel", json=gel)
    assert (gelee.json()["gelee"], gelee.json()["etat"]) == (True, "rejetee")
    assert (await agent(b).post(f"{contestation}/gel", json=gel)).status_code == 409
    refus = await detruire(agent(b), piece)
    assert (refus.status_code, "gel juridique" in refus.json()["detail"]) == (409, True)
    assert [echue["gelee"] for echue in await echues(agent(b))] == [True]
    assert await comptees(b) == 0, "gelée, elle n'est pas à emporter"
    levee = await agent(b).post(f"{contestation}/gel/levee", json={"texte": "Jugement rendu."})
    assert [e["geste"] for e in levee.json()["fil"]][-2:] == ["gel", "levee_gel"]
    assert (await detruire(agent(b), piece)).status_code == 200


async def test_fac_8_la_piece_d_une_contestation_en_cours_se_garde(banc: MonterBanc) -> None:
    b = await banc("facturation")
    piece = await versee(b, finie=False)
    b.horloge.aller(TERME)
    assert (await echues(agent(b)), await comptees(b)) == ([], 0)
    refus = await detruire(agent(b), piece)
    assert (refus.status_code, "n'est pas finie" in refus.json()["detail"]) == (409, True)
    # Finie ce jour-là, elle se garde encore sept ans : un gel a le temps de se poser.
    contestation = (await mtq(b).get(piece.partition("/pieces/")[0])).json()
    await poser(agent(b), contestation, "examen")
    await poser(agent(b), contestation, "decision", decision="rejetee", motif="Non fondée.")
    assert (await echues(agent(b)), await comptees(b)) == ([], 0)
    refus = await detruire(agent(b), piece)
    assert refus.json()["details"] == {"destructible_le": "2040-10-03"}


async def test_fac_8_un_organisme_ne_detruit_rien_et_ne_voit_que_les_siennes(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    piece = await versee(b)
    contestation = piece.partition("/pieces/")[0]
    b.horloge.aller(TERME)
    ramq = b.client("gestionnaire", organisme="RAMQ")
    assert (len(await echues(mtq(b))), len(await echues(ramq))) == (1, 0)
    assert (await ramq.get("/v1/pieces-echues?organisme=MTQ")).status_code == 404
    for client, attendu in (
        (mtq(b), 403),
        (ramq, 403),
        (b.client("signataire", organisme="MTQ"), 403),
        (b.client("agent-csc"), 403),
        (b.client("verificateur"), 403),
        (b.client(), 401),
    ):
        assert (await detruire(client, piece)).status_code == attendu
        for geste in ("gel", "gel/levee"):
            rendu = await client.post(f"{contestation}/{geste}", json={"texte": "x"})
            assert rendu.status_code == attendu
    inconnue = f"{contestation}/pieces/{'0' * 64}"
    assert (await detruire(agent(b), inconnue)).status_code == 404
    assert (await mtq(b).get(piece)).status_code == 200


async def test_fac_8_la_base_ne_laisse_passer_que_la_destruction(banc: MonterBanc) -> None:
    """Ni effacer la ligne, ni changer ce qu'elle fut, ni la ressusciter; et par le MCN seul."""
    b = await banc("facturation")
    piece = await versee(b)
    detruire_sql = (
        "UPDATE pieces SET contenu = NULL, detruite_le = now(), detruite_par = 'x',"
        " detruite_motif = 'x'"
    )
    refusees = ["DELETE FROM pieces", "UPDATE pieces SET contenu = 'autre'",
                f"{detruire_sql}, taille = 1", f"{detruire_sql}, versee_le = now()"]  # fmt: skip
    proprietaire = await asyncpg.connect(b.roles.dsn("migrer").get_secret_value())
    await proprietaire.execute("SELECT set_config('sbg.portee', 'mcn', false)")
    for refusee in refusees:
        with pytest.raises(asyncpg.RaiseError, match="ne change plus"):
            await proprietaire.execute(refusee)
    await proprietaire.execute("SELECT set_config('sbg.portee', 'organisme', false)")
    with pytest.raises(asyncpg.RaiseError, match="ne change plus"):
        await proprietaire.execute(detruire_sql)
    await proprietaire.execute("SELECT set_config('sbg.portee', 'mcn', false)")
    with pytest.raises(asyncpg.CheckViolationError, match="pieces_detruites"):
        await proprietaire.execute("UPDATE pieces SET detruite_le = now()")
    b.horloge.aller(TERME)
    assert (await detruire(agent(b), piece)).status_code == 200
    with pytest.raises(asyncpg.RaiseError, match="ne change plus"):
        await proprietaire.execute("UPDATE pieces SET contenu = 'x', detruite_le = NULL")
    await proprietaire.close()

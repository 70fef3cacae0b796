"""Le rapport d'un mois : ce qu'il dit, à qui, et ce qu'il refuse (SLA-9)."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from pages import politique
from services.sla.tests.scene import elements, semer
from sla.mesures.adaptateurs.tables import mesures

pytestmark = pytest.mark.integration
PAGE, PAPIER = {"Accept": "text/html"}, {"Accept": "application/pdf"}
OCTOBRE = "2026-10-05T09:00-04:00"


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    """La scène, en octobre : septembre est fini."""
    monte = await semer(await banc("sla"))
    monte.horloge.aller(OCTOBRE)
    return monte


def dit(page: str) -> str:
    return " ".join(page.replace("\N{NO-BREAK SPACE}", " ").split())


async def test_sla_9_le_mcn_lit_le_rapport_de_tous_et_de_chacun(sla: Banc) -> None:
    client = sla.client("mesure")
    tous = await client.get("/v1/rapports/2026-09", headers=PAGE)
    assert tous.status_code == 200
    assert tous.headers["content-security-policy"] == politique()
    assert "Tous les organismes" in tous.text
    assert "2 conformes sur 3 après exclusions; exclues : 1." in dit(tous.text)
    assert "Rapport provisoire" in tous.text
    sien = await client.get("/v1/rapports/2026-09", params={"organisme": "MTQ"}, headers=PAGE)
    assert "1 conforme sur 2 après exclusions; exclues : 1." in dit(sien.text)


async def test_sla_9_un_organisme_ne_lit_que_le_sien(sla: Banc) -> None:
    client = sla.client("gestionnaire", organisme="MTQ")
    sien = await client.get("/v1/rapports/2026-09", headers=PAGE)
    assert sien.status_code == 200
    assert "Tous les organismes" not in sien.text
    assert "D-2026-000001, " not in sien.text
    autre = await client.get("/v1/rapports/2026-09", params={"organisme": "SQ"}, headers=PAGE)
    assert autre.status_code == 404


async def test_sla_9_le_papier_dit_ce_que_dit_la_page(sla: Banc) -> None:
    reponse = await sla.client("mesure").get("/v1/rapports/2026-09", headers=PAPIER)
    assert reponse.headers["content-type"] == "application/pdf"
    feuilles = PdfReader(BytesIO(reponse.content)).pages
    texte = dit(" ".join(feuille.extract_text() for feuille in feuilles))
    for morceau in ("Niveaux de service, septembre 2026", "Mesures manquées", "11 pour 10"):
        assert morceau in texte


@pytest.mark.parametrize(
    ("periode", "organisme", "statut", "message"),
    [
        ("2026-10", None, 409, "Le mois 2026-10 n'est pas fini"),
        ("2027-01", None, 409, "Le mois 2027-01 n'est pas fini"),
        ("2026-09", "INCONNU", 404, "Aucun organisme « INCONNU » n'est connu de la mesure."),
        ("2014-01", None, 404, "Rien ne se mesurait ce mois-là"),
        ("2026-13", None, 422, ""),
        ("septembre", None, 422, ""),
    ],
)
async def test_sla_9_un_rapport_de_rien_ou_de_personne_se_refuse(
    sla: Banc, periode: str, organisme: str | None, statut: int, message: str
) -> None:
    parametres = {"organisme": organisme} if organisme else {}
    client = sla.client("mesure")
    reponse = await client.get(f"/v1/rapports/{periode}", params=parametres, headers=PAGE)
    assert reponse.status_code == statut
    assert message in reponse.json()["detail"]


async def test_sla_9_un_format_qu_il_n_a_pas_est_refuse(sla: Banc) -> None:
    reponse = await sla.client("mesure").get(
        "/v1/rapports/2026-09", headers={"Accept": "image/png"}
    )
    assert reponse.status_code == 406


async def test_sla_9_tous_les_rapports_d_un_mois_s_etablissent_et_se_gardent(sla: Banc) -> None:
    client = sla.client("mesure")
    demande = await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
    assert demande.status_code == 202
    adresse = demande.headers["location"]
    assert (demande.json()["etat"], demande.json()["rapports"]) == ("en_cours", 3)
    encore = await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
    assert (encore.status_code, encore.json()["regle"]) == (409, "SLA-9")
    assert await sla.tache("rapports") == 3
    finie = (await client.get(adresse)).json()
    assert (finie["etat"], finie["etablis"], finie["ecartes"]) == ("terminee", 3, 0)
    sorts = await elements(client, f"{adresse}/rapports")
    assert [sort["organisme"] for sort in sorts] == [None, "MTQ", "SQ"]
    gardes = await elements(client, "/v1/rapports", periode="2026-09")
    assert [g["organisme"] for g in gardes] == [None, "MTQ", "SQ"]
    assert all(g["provisoire"] and g["conserve_jusquau"] == "2029-10-05" for g in gardes)
    sien = await elements(sla.client("gestionnaire", organisme="MTQ"), "/v1/rapports")
    assert [g["organisme"] for g in sien] == ["MTQ"]
    garde = await client.get(
        "/v1/rapports/2026-09", params={"empreinte": gardes[0]["empreinte"]}, headers=PAGE
    )
    assert gardes[0]["empreinte"] in garde.text


async def test_sla_9_etabli_de_nouveau_sur_les_memes_faits_c_est_le_meme(sla: Banc) -> None:
    client = sla.client("mesure")
    for le in (OCTOBRE, "2026-10-09T09:00-04:00"):
        sla.horloge.aller(le)
        await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
        await sla.tache("rapports")
    gardes = await elements(client, "/v1/rapports", periode="2026-09")
    assert len(gardes) == 3
    assert {g["etabli_le"][:10] for g in gardes} == {"2026-10-05"}


async def test_sla_9_une_execution_s_arrete_et_se_reprend(sla: Banc) -> None:
    client = sla.client("mesure")
    demande = await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
    adresse = demande.headers["location"]
    arret = await client.post(f"{adresse}/arret")
    assert arret.json()["etat"] == "arretee"
    assert await sla.tache("rapports") == 0
    reprise = await client.post(f"{adresse}/reprise")
    assert reprise.json()["etat"] == "en_cours"
    assert await sla.tache("rapports") == 3
    finie = await client.post(f"{adresse}/arret")
    assert (finie.status_code, finie.json()["regle"]) == (409, "SLA-9")


async def test_sla_9_un_rapport_passe_sa_conservation_s_en_va(sla: Banc) -> None:
    client = sla.client("mesure")
    await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
    await sla.tache("rapports")
    sla.horloge.aller("2029-10-05T09:00-04:00")
    assert await sla.tache("purge_rapports") == 0
    sla.horloge.aller("2029-10-06T09:00-04:00")
    assert await sla.tache("purge_rapports") == 3
    assert await elements(client, "/v1/rapports") == []


async def test_sla_9_l_empreinte_d_un_autre_organisme_n_ouvre_rien(sla: Banc) -> None:
    client = sla.client("mesure")
    await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
    await sla.tache("rapports")
    tous, mtq, sq = await elements(client, "/v1/rapports")
    gestionnaire = sla.client("gestionnaire", organisme="MTQ")
    for garde, statut in ((tous, 404), (mtq, 200), (sq, 404)):
        lu = await gestionnaire.get(
            "/v1/rapports/2026-09", params={"empreinte": garde["empreinte"]}, headers=PAGE
        )
        assert lu.status_code == statut
    refusee = await gestionnaire.post("/v1/executions-rapports", json={"periode": "2026-09"})
    assert refusee.status_code == 403


async def test_sla_9_un_rapport_qui_echoue_n_arrete_pas_les_autres(sla: Banc) -> None:
    """Une ligne illisible de MTQ : le sien et celui de tous attendent; celui de SQ s'établit."""
    client = sla.client("mesure")
    demande = await client.post("/v1/executions-rapports", json={"periode": "2026-09"})
    adresse = demande.headers["location"]
    celles = mesures.c.organisme == "MTQ"
    async with sla.interne() as connexion:
        await connexion.ecrire(update(mesures).where(celles, mesures.c.exclue).values(examens={}))
    await sla.tache("rapports")
    finie = (await client.get(adresse)).json()
    assert (finie["etat"], finie["etablis"], finie["ecartes"]) == ("terminee", 1, 2)
    sorts = await elements(client, f"{adresse}/rapports")
    assert [sort["organisme"] for sort in sorts if sort["raison"]] == [None, "MTQ"]
    assert all("voyez les journaux" in sort["raison"] for sort in sorts if sort["raison"])
    async with sla.interne() as connexion:
        await connexion.ecrire(update(mesures).where(celles, mesures.c.exclue).values(examens=[]))
    await client.post(f"{adresse}/reprise")
    assert await sla.tache("rapports") == 2
    assert (await client.get(adresse)).json()["etablis"] == 3

"""Le rapport d'un mois : ce qu'il dit, à qui, et ce qu'il refuse (SLA-9)."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from pages import politique
from services.sla.tests.scene import semer

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

"""Ce qui attend le dirigeant et le signataire d'un organisme, face à l'API (CI-15, DEM-3)."""

import csv
import io
from datetime import date

import httpx
import pytest

from pages import politique
from services.courtier.tests.acquisitions import Acquisition, offre_voulue
from services.courtier.tests.contrat_signe import conclure
from services.courtier.tests.marche import EMPREINTES, Corps, Marche, mandat

pytestmark = pytest.mark.integration

AUTORISATION = {
    "criteres": ["performance"],
    "justification": "Deux fois plus rapide.",
}


async def _choisir_le_plus_cher(marche: Marche) -> Acquisition:
    """Un dossier dont le scénario choisi coûte 2 400 $ de plus que le plus bas."""
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    vendues = []
    for rang, prix in ((1, "12.50"), (2, "10.00")):
        entente = await marche.entente(f"EC-{rang}", f"117000000{rang}")
        vendues.append((entente["id"], await marche.offre(entente["id"], prix)))
    await dossier.jusqu_aux_scenarios([offre for _, offre in vendues])
    for (entente_id, offre), titre in zip(vendues, ("Rapide", "Sobre"), strict=True):
        await dossier.scenario(entente_id, offre_voulue(offre), titre=titre)
    await dossier.poser("choix", {"scenario_id": dossier.scenarios[0]})
    return dossier


def _dirigeant(marche: Marche, organisme: str = "MTQ") -> httpx.AsyncClient:
    return marche.banc.client("dirigeant", organisme=organisme, sujet=f"dirigeant-{organisme}")


async def _elements(client: httpx.AsyncClient, liste: str) -> list[Corps]:
    lue = await client.get(f"/v1/bord/{liste}")
    assert lue.status_code == 200, lue.text
    elements: list[Corps] = lue.json()["elements"]
    return elements


async def test_ci_15_un_choix_plus_cher_attend_le_dirigeant_jusqu_a_son_autorisation(
    marche: Marche,
) -> None:
    dossier = await _choisir_le_plus_cher(marche)
    dirigeant = _dirigeant(marche)
    (attendue,) = await _elements(dirigeant, "dirigeant")
    assert (attendue["titre"], attendue["total"], attendue["repere"], attendue["ecart"]) == (
        "Courriel – Rapide", "12000.00", "9600.00", "2400.00"
    )  # fmt: skip
    assert (attendue["criteres"], attendue["lien"]) == ([], f"/v1/dossiers/{dossier.id}")
    assert (await dirigeant.get(attendue["lien"])).json()["choix"]["ecart"] == attendue["ecart"]
    page = await dirigeant.get("/v1/bord/dirigeant", headers={"Accept": "text/html"})
    assert page.headers["Content-Security-Policy"] == politique()
    assert "2\u00a0400,00\u00a0$" in page.text
    assert await _elements(_dirigeant(marche, "SQ"), "dirigeant") == []
    corps = {
        **AUTORISATION,
        "scenario_id": dossier.scenarios[0],
        "date": marche.jour,
        "ecart_autorise": "2400.00",
    }
    await dossier.poser("autorisation", corps, dirigeant)
    assert await _elements(dirigeant, "dirigeant") == []


async def test_ci_17_un_avenant_au_seuil_attend_le_dirigeant(marche: Marche) -> None:
    conclu = await conclure(marche)
    assert (await conclu.preparer()).json()["autorisation_exigee"] is False
    assert await _elements(_dirigeant(marche), "dirigeant") == []
    [petit] = (await marche.courtier.get(f"{conclu.chemin}/avenants")).json()["elements"]
    abandon = {"motif": "Trop peu."}
    await marche.courtier.post(f"{conclu.chemin}/avenants/{petit['id']}/abandon", json=abandon)
    quantites = [{"du_mois": 1, "au_mois": 24, "quantite": 40}]
    offre = {
        "offre_id": conclu.autre,
        "composantes": [{"code": "base", "quantites": quantites}],
    }
    rendu = await conclu.preparer(quantites=[], offres=[offre], du_mois=1)
    assert rendu.status_code == 201, rendu.text
    dirigeant, chemin = _dirigeant(marche), f"{conclu.chemin}/avenants/{rendu.json()['id']}"
    (attendu,) = await _elements(dirigeant, "dirigeant")
    assert (attendu["objet"], attendu["lien"]) == ("avenant", chemin)
    assert (attendu["repere"], attendu["total"], attendu["ecart"]) == (
        "12000.00", "36000.00", "24000.00"
    )  # fmt: skip
    assert (await dirigeant.post(f"{chemin}/autorisation", json={})).status_code == 200
    assert await _elements(dirigeant, "dirigeant") == []


async def test_dem_3_le_signataire_lit_ce_que_son_mandat_couvre_ce_jour(marche: Marche) -> None:
    contrat = await marche.contrat()
    assert await _elements(marche.signataire, "signataire") == [], "préparé, pas encore validé"
    chemin = f"/v1/contrats/{contrat['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    (signable,) = await _elements(marche.signataire, "signataire")
    assert (signable["montant"], signable["fournisseur"], signable["lien"]) == (
        "12000.00", "Nuage boréal inc.", chemin
    )  # fmt: skip
    assert (signable["empechement"], signable["mandat_id"] is None) == (None, False)
    banc = marche.banc
    await banc.recevoir(
        mandat("MTQ", "plafonnee", plafond="11999.99"),
        mandat("MTQ", "fini", fin=date(2026, 8, 1)),
        mandat("MTQ", "autre-famille", familles=("demandes_de_service",)),
        mandat("SQ", "signataire-sq"),
    )

    async def voit(sujet: str, organisme: str = "MTQ") -> list[str | None]:
        client = banc.client("signataire", organisme=organisme, sujet=sujet)
        return [e["empechement"] for e in await _elements(client, "signataire")]

    (refus,) = await voit("plafonnee")
    assert refus is not None
    assert "11999.99" in refus
    for sujet, organisme in (("fini", "MTQ"), ("autre-famille", "MTQ"), ("signataire-sq", "SQ")):
        assert await voit(sujet, organisme) == [], sujet
    await marche.signataire.post(f"{chemin}/signature", json={"partie": "client", **EMPREINTES})
    assert await voit("signataire-mtq") == []


async def test_dem_8_d_un_avenant_le_mandat_couvre_le_total_du_contrat(marche: Marche) -> None:
    conclu = await conclure(marche)
    prepare = (await conclu.preparer()).json()
    chemin = f"{conclu.chemin}/avenants/{prepare['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    (signable,) = await _elements(marche.signataire, "signataire")
    assert (signable["objet"], signable["lien"]) == ("avenant", chemin)
    assert signable["montant"] == (await marche.signataire.get(chemin)).json()["montant_apres"]


@pytest.mark.parametrize("liste", ["dirigeant", "signataire"])
async def test_une_liste_en_csv_qu_excel_ouvre(marche: Marche, liste: str) -> None:
    contrat = await marche.contrat()
    await marche.gestionnaire.post(f"/v1/contrats/{contrat['id']}/validation")
    client = _dirigeant(marche) if liste == "dirigeant" else marche.signataire
    lu = await client.get(f"/v1/bord/{liste}", headers={"Accept": "text/csv"})
    assert lu.content.startswith(b"\xef\xbb\xbf")
    rangees = list(csv.DictReader(io.StringIO(lu.content.decode("utf-8-sig")), delimiter=";"))
    attendues = [] if liste == "dirigeant" else [("contrat", "12000,00", "2026-09-01")]
    assert [(r["objet"], r["montant"], r["depuis"]) for r in rangees] == attendues


@pytest.mark.parametrize(
    ("roles", "organisme", "chemin", "attendu"),
    [
        (("dirigeant",), "MTQ", "dirigeant?organisme=SQ", 404),
        (("dirigeant",), "MTQ", "dirigeant?organisme=MTQ", 200),
        (("dirigeant",), "MTQ", "dirigeant?organisme=a%20b", 422),
        (("dirigeant",), "MTQ", "signataire", 403),
        (("courtier",), None, "dirigeant", 422),
        (("courtier",), None, "dirigeant?organisme=MTQ", 200),
        (("courtier",), None, "dirigeant?organisme=INCONNU", 404),
        (("courtier",), None, "signataire?organisme=MTQ", 403),
        (("demandeur",), "MTQ", "dirigeant", 403),
        (("signataire",), "MTQ", "signataire?organisme=SQ", 404),
        (("signataire",), "MTQ", "signataire?inconnu=1", 422),
        (("verificateur",), None, "signataire?organisme=MTQ", 200),
    ],
)
async def test_qui_lit_les_listes_et_comment(
    marche: Marche, roles: tuple[str, ...], organisme: str | None, chemin: str, attendu: int
) -> None:
    client = marche.banc.client(*roles, organisme=organisme)
    lu = await client.get(f"/v1/bord/{chemin}")
    assert lu.status_code == attendu, lu.text

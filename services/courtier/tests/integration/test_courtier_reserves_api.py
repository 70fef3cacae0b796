"""CI-15 : les réserves d'un choix, de leur refus à qui autorise et signe, face à l'API."""

import csv
import io

import httpx
import pytest

from services.courtier.tests.acquisitions import Acquisition, offre_voulue
from services.courtier.tests.marche import Marche

pytestmark = pytest.mark.integration

MOTIF = "La migration est requise : les boîtes actuelles ferment."
PLEIN = [{"code": "base", "sert": 1}, {"code": "entree", "quantite": 1}]
HTML, CSV = {"Accept": "text/html"}, {"Accept": "text/csv"}


async def _a_choisir(marche: Marche, *prix: str) -> tuple[Acquisition, str]:
    """Deux scénarios : l'un à 12 000 $; le rival, 9 600 $ de base, porté à 14 600 $ par l'entrée.

    `prix` : celui d'autres offres, chacune seule.
    """
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    ententes = [(await marche.entente(f"EC-{rang}", f"117000000{rang}"))["id"] for rang in (1, 2)]
    chere = await marche.offre(ententes[0], "12.50")
    rivale = await marche.offre(ententes[1], None, titre="Sobre")
    composantes = [
        {
            "code": code, "libelle": code, "unite": "unite", "periodicite": quand, "prix": prix,
        }
        for code, quand, prix in (("base", "mois", "10.00"), ("entree", "unique", "5000.00"))
    ]  # fmt: skip
    modalites = {"paiement": "par_periode", "baisse_permise": True}
    await marche.prix(rivale, {"composantes": composantes, "modalites": modalites})
    autres = [await marche.offre(ententes[0], un) for un in prix]
    await dossier.jusqu_aux_scenarios([chere, rivale, *autres])
    await dossier.scenario(ententes[0], offre_voulue(chere), titre="Rapide")
    await dossier.scenario(ententes[1], offre_voulue(rivale, PLEIN), titre="Sobre et entrée")
    for autre in autres:
        await dossier.scenario(ententes[0], offre_voulue(autre))
    return dossier, rivale


async def test_ci_15_un_choix_a_reserves_attend_son_motif_et_le_montre(marche: Marche) -> None:
    dossier, rivale = await _a_choisir(marche)
    corps = {"scenario_id": dossier.scenarios[0]}
    refus = await dossier.tenter("choix", corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "CI-15")
    (dite,) = refus.json()["details"]["reserves"]
    assert (dite["offre_id"], dite["plancher"], dite["total"], dite["choix"]) == (
        rivale, "9600.00", "14600.00", "12000.00"
    )  # fmt: skip
    assert (await dossier.lire())["choix"] is None, "rien d'écrit"
    justifie = [{"offre_id": rivale, "motif": MOTIF}]
    autre = [{"offre_id": "0199f0a0-0000-7000-8000-00000000ffff", "motif": MOTIF}]
    trop = await dossier.tenter("choix", {**corps, "justifications": justifie + autre})
    assert (trop.status_code, trop.json()["regle"]) == (409, "CI-15")
    vide = [{"offre_id": rivale, "motif": ""}]
    assert (await dossier.tenter("choix", {**corps, "justifications": vide})).status_code == 422
    vu = await dossier.poser("choix", {**corps, "justifications": justifie})
    (reserve,) = vu["choix"]["reserves"]
    assert (reserve["motif"], reserve["composantes"]) == (MOTIF, ["entree"])
    for chemin in ("", "/scenarios"):
        page = await marche.gestionnaire.get(f"/v1/dossiers/{dossier.id}{chemin}", headers=HTML)
        assert "serve" in page.text
        assert MOTIF in page.text
    listes = await marche.gestionnaire.get("/v1/dossiers", params={"reserves": "true"})
    assert [d["id"] for d in listes.json()["elements"]] == [dossier.id]
    bord = (await marche.courtier.get("/v1/bord")).json()["constats"]
    assert [c["nombre"] for c in bord if c["rubrique"] == "reserves"] == [1]
    tableur = await marche.courtier.get("/v1/bord", headers=CSV)
    assert "reserves" in {
        r["rubrique"] for r in csv.DictReader(io.StringIO(_texte(tableur)), delimiter=";")
    }


async def test_ci_15_le_signataire_sait_que_le_choix_porte_des_reserves(marche: Marche) -> None:
    dossier, rivale = await _a_choisir(marche)
    justifie = [{"offre_id": rivale, "motif": MOTIF}]
    choix = {"scenario_id": dossier.scenarios[0], "justifications": justifie}
    await dossier.poser("choix", choix)
    await dossier.contacter(marche.jour)
    await dossier.confirmer(marche.jour)
    contrat = await marche.cree("contrats", marche.preparation(dossier.id))
    await marche.gestionnaire.post(f"/v1/contrats/{contrat['id']}/validation")
    liste = await marche.signataire.get("/v1/bord/signataire")
    (signable,) = liste.json()["elements"]
    lien = f"/v1/dossiers/{dossier.id}/scenarios"
    assert (signable["reserves"], signable["lien_des_reserves"]) == (True, lien)
    page = await marche.signataire.get("/v1/bord/signataire", headers=HTML)
    assert f'href="{lien}"' in page.text
    tableur = await marche.signataire.get("/v1/bord/signataire", headers=CSV)
    (rangee,) = csv.DictReader(io.StringIO(_texte(tableur)), delimiter=";")
    assert rangee["reserves"] == lien


async def test_ci_15_le_dirigeant_lit_les_reserves_du_choix_a_autoriser(marche: Marche) -> None:
    dossier, rivale = await _a_choisir(marche, "11.00")
    justifie = [{"offre_id": rivale, "motif": MOTIF}]
    choix = {"scenario_id": dossier.scenarios[0], "justifications": justifie}
    await dossier.poser("choix", choix)
    dirigeant = marche.banc.client("dirigeant", organisme="MTQ", sujet="dirigeant-MTQ")
    (attendu,) = (await dirigeant.get("/v1/bord/dirigeant")).json()["elements"]
    assert attendu["ecart"] == "1440.00"
    assert [(r["plancher"], r["motif"]) for r in attendu["reserves"]] == [("9600.00", MOTIF)]
    page = await dirigeant.get("/v1/bord/dirigeant", headers=HTML)
    assert MOTIF in page.text
    tableur = await dirigeant.get("/v1/bord/dirigeant", headers=CSV)
    (rangee,) = csv.DictReader(io.StringIO(_texte(tableur)), delimiter=";")
    assert rangee["reserves"] == f"{rivale} : 9600.00 $ ({MOTIF})"


def _texte(reponse: httpx.Response) -> str:
    return reponse.text.lstrip("\ufeff")

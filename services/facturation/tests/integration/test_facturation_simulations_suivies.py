"""FAC-11 : qui simule quoi, ce qui se suit, s'arrête, se reprend et s'oublie; le budget."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from facturation.simulations.adaptateurs import vues
from facturation.simulations.cas_usage import simuler_organisme
from facturation.simulations.ports import Ports
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.navigateur import ce_qui_deborde, exiger_chromium, violations_axe
from services.facturation.tests.builders import a
from services.facturation.tests.integration.test_facturation_simulations import (
    EFFET,
    demander,
    lire,
    proposee,
    simuler,
    un_parc,
    volets,
)
from services.facturation.tests.scene import fiche, jour, livraison, organisme, planter

pytestmark = pytest.mark.integration
SUPPOSE = {"effet": str(EFFET), "mois": 2, "montants": {"POSTE-01": "160.00"}}


async def test_fac_11_un_organisme_ne_simule_que_lui_et_ne_voit_que_le_sien(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await un_parc(b)
    du_mcn = await demander(b, effet=str(EFFET), fiche=proposee(fiche(2, EFFET, POSTE_01="160")))
    vise = await demander(b, organisme="MTQ", **SUPPOSE)
    await b.tache("simulations")
    mtq, ramq = (b.client("gestionnaire", organisme=code) for code in ("MTQ", "RAMQ"))

    # Une fiche que le MCN n'a pas publiée ne s'apprend pas, même de ce qu'elle change chez soi.
    for adresse in (du_mcn, vise):
        for suite in ("", "/organismes", "/chiffres"):
            assert (await mtq.get(f"{adresse}{suite}")).status_code == 404
        assert (await mtq.post(f"{adresse}/arret")).status_code == 404
    assert (await mtq.get("/v1/simulations")).json()["elements"] == []

    sienne = await mtq.post("/v1/simulations", json=SUPPOSE)
    assert sienne.json()["organisme"] == "MTQ"
    await b.tache("simulations")
    adresse = sienne.headers["Location"]
    assert (await mtq.get(adresse)).json()["totaux"]["ecart"] == "64.16"
    (volet,) = (await mtq.get(f"{adresse}/organismes")).json()["elements"]
    assert volet["organisme"] == "MTQ"
    assert (await ramq.get(adresse)).status_code == 404
    assert (await mtq.post("/v1/simulations", json={"organisme": "RAMQ"})).status_code == 404
    refus = await mtq.post(
        "/v1/simulations", json={"effet": str(EFFET), "fiche": proposee(fiche(2, EFFET))}
    )
    assert refus.status_code == 403
    for role in ("portail", "integration", "signataire"):
        machine = b.client(role, organisme="MTQ")
        assert (await machine.post("/v1/simulations", json={})).status_code == 403
    assert (await b.client("catalogue").post("/v1/simulations", json={})).status_code == 202


async def test_fac_11_tuee_la_tache_reprend_ou_elle_en_etait(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    adresse = await demander(b, **SUPPOSE)
    premier, _ = await b.contexte.lire(vues.a_simuler)
    for _ in range(2):  # rejoué, il n'a pas plus d'effet
        await b.contexte.executer("simuler_organisme", Ports, simuler_organisme, premier, cle="une")
    client = b.client("facturation")
    en_cours = (await client.get(adresse)).json()
    assert (en_cours["etat"], en_cours["traites"], en_cours["part_faite"]) == (
        "en_cours", 1, "0.5000",
    )  # fmt: skip
    assert en_cours["empreinte"] is None
    fini = await lire(b, adresse)
    assert (fini["etat"], fini["part_faite"], fini["fin_estimee"]) == ("terminee", "1.0000", None)
    autre = await simuler(b, **SUPPOSE)
    assert autre["empreinte"] == fini["empreinte"], "le même calcul, la même empreinte"
    assert (await client.post(f"{adresse}/arret")).status_code == 409


async def test_fac_11_arretee_ce_qui_est_fait_demeure(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    adresse = await demander(b, **SUPPOSE)
    premier, _ = await b.contexte.lire(vues.a_simuler)
    await b.contexte.executer("simuler_organisme", Ports, simuler_organisme, premier, cle="une")
    arretee = await b.client("facturation").post(f"{adresse}/arret")
    assert arretee.json()["etat"] == "arretee"
    lue = await lire(b, adresse)
    assert (lue["etat"], lue["traites"], lue["empreinte"]) == ("arretee", 1, None)
    etats = {o: volet["etat"] for o, volet in (await volets(b, lue)).items()}
    assert etats == {"MTQ": "fait", "RAMQ": "a_faire"}


async def test_fac_11_une_simulation_ne_lit_que_ce_qui_etait_appris(banc: MonterBanc) -> None:
    """Ce qu'on apprend pendant qu'elle court n'y entre pas : tous se lisent au même instant."""
    b = await banc("facturation")
    await un_parc(b)
    temoin = await simuler(b, **SUPPOSE)
    adresse = await demander(b, **SUPPOSE)
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(29)))
    await b.recevoir(fiche(2, jour(2, 10), POSTE_01="500"))
    assert (await lire(b, adresse))["empreinte"] == temoin["empreinte"]
    assert (await simuler(b, **SUPPOSE))["empreinte"] != temoin["empreinte"]


async def test_fac_11_une_simulation_s_oublie_le_budget_non(banc: MonterBanc) -> None:
    b = await banc("facturation", simulations_jours=30)
    await un_parc(b)
    vieille = await demander(b, **SUPPOSE)
    await lire(b, vieille)
    await _dire(b, "1000.00")
    b.horloge.instant += timedelta(days=20)
    recente = await demander(b)
    b.horloge.instant += timedelta(days=11)
    assert await b.tache("oubli-simulations") == 1
    client = b.client("facturation")
    assert (await client.get(vieille)).status_code == 404
    assert (await client.get(recente)).status_code == 200
    async with b.interne() as connexion:
        for table in ("volets", "chiffres"):
            restes = f"SELECT count(*) FROM {table} WHERE simulation_id = '{vieille[16:]}'"
            assert await connexion.valeur(text(restes.replace("/", ""))) == 0
    assert len((await client.get("/v1/budgets")).json()["elements"]) == 1


async def _dire(
    b: Banc, montant: str, lue: str = '"0"', exercice: str = "2026-2027"
) -> tuple[int, str]:
    reponse = await b.client("gestionnaire", organisme="MTQ").put(
        f"/v1/budgets/MTQ/{exercice}", json={"montant": montant}, headers={"If-Match": lue}
    )
    return reponse.status_code, reponse.headers.get("ETag", "")


async def test_fac_11_le_budget_se_redit_et_garde_son_histoire(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    statut, etag = await _dire(b, "5000.00")
    assert (statut, etag[:3]) == (200, '"1.')
    assert (await _dire(b, "6000.00"))[0] == 412, "un autre l'a dit entre-temps"
    assert (await _dire(b, "4000.00", etag))[0] == 200
    mtq = b.client("gestionnaire", organisme="MTQ")
    dits = (await mtq.get("/v1/budgets")).json()["elements"]
    assert [(d["version"], d["montant"]) for d in dits] == [(1, "5000.00"), (2, "4000.00")]
    lu = (await mtq.get("/v1/budgets/MTQ/2026-2027")).json()
    assert (lu["montant"], lu["version"]) == ("4000.00", 2)
    assert (await mtq.get("/v1/budgets/MTQ/2027-2028")).status_code == 404
    assert (await mtq.get("/v1/budgets/RAMQ/2026-2027")).status_code == 404
    sans = await mtq.put("/v1/budgets/MTQ/2026-2027", json={"montant": "1.00"})
    assert sans.status_code == 428
    for faux in ("-1.00", "1.005", "1e3", "1 000,00"):
        assert (await _dire(b, faux, '"2"'))[0] == 422, faux
    autre = b.client("gestionnaire", organisme="RAMQ")
    refus = await autre.put(
        "/v1/budgets/MTQ/2026-2027", json={"montant": "1.00"}, headers={"If-Match": '"2"'}
    )
    assert refus.status_code == 404

    siens = await volets(b, await simuler(b))
    reste = 4000 - float(siens["MTQ"]["facture"]) - float(siens["MTQ"]["avant"])
    assert float(siens["MTQ"]["reste_au_budget"]) == pytest.approx(reste)
    assert siens["RAMQ"]["budget"] is siens["RAMQ"]["reste_au_budget"] is None


FICHE = {"code": "POSTES", "tarifs": []}


@pytest.mark.parametrize(
    ("corps", "statut", "dit"),
    [
        ({**SUPPOSE, "organisme": "INCONNU"}, 404, "n'existe pas"),
        ({**SUPPOSE, "effet": "2026-09-29"}, 409, "Le passé ne change pas"),
        ({**SUPPOSE, "effet": "2026-09-30"}, 409, "Le passé ne change pas"),
        ({**SUPPOSE, "mois": 0}, 422, "au moins 1"),
        ({**SUPPOSE, "mois": 25}, 422, "au plus 24"),
        ({**SUPPOSE, "montants": {"POSTE-01": "-1.00"}}, 422, "n'est pas négatif"),
        ({**SUPPOSE, "montants": {"POSTE-01": "160,00"}}, 422, "décimal"),
        ({**SUPPOSE, "montants": {"POSTE-99": "1.00"}}, 409, "Aucune fiche ne publie"),
        ({**SUPPOSE, "prix": {"FANTOME": "1.00"}}, 409, "Le ROPN n'a pas de produit FANTOME"),
        ({**SUPPOSE, "fiche": FICHE}, 422, "au moins 1"),
        ({"effet": str(EFFET)}, 422, "projection de l'exercice"),
        ({"mois": 3}, 422, "projection de l'exercice"),
        ({"montants": {"POSTE-01": "160.00"}}, 422, "le jour de son effet"),
    ],
)
async def test_fac_11_ce_qui_ne_se_simule_pas_le_dit(
    banc: MonterBanc, corps: dict[str, Any], statut: int, dit: str
) -> None:
    b = await banc("facturation")
    await un_parc(b)
    refus = await b.client("facturation").post("/v1/simulations", json=corps)
    assert (refus.status_code, refus.headers["content-type"]) == (
        statut, "application/problem+json",
    )  # fmt: skip
    assert dit in refus.text
    assert await b.tache("simulations") == 0


async def test_fac_11_un_tarif_propose_illisible_se_refuse(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    bonne = proposee(fiche(2, EFFET))
    premier, *autres = bonne["tarifs"]
    for champs, statut, dit in (
        ({"montnat": "1.00"}, 422, "n'est pas connu"),
        ({"montant": 160}, 422, "décimal"),
        ({"quantite": {**premier["quantite"], "forme": "au_poids"}}, 409, "au_poids"),
        ({"du": {"evenement": "x", "si": {"un": [[{"fait": "y", "egal": 1}]]}}}, 422, "pas connu"),
    ):
        mauvaise = {**bonne, "tarifs": [{**premier, **champs}, *autres]}
        corps = {"effet": str(EFFET), "fiche": mauvaise}
        refus = await b.client("facturation").post("/v1/simulations", json=corps)
        assert (refus.status_code, dit in refus.text) == (statut, True), refus.text


async def test_fac_11_une_fiche_etrange_mais_lisible_n_arrete_rien(banc: MonterBanc) -> None:
    """Ce que le catalogue ne publierait pas se calcule, ou attend : aucun organisme n'échoue."""
    b = await banc("facturation")
    await un_parc(b)
    bonne = proposee(fiche(2, EFFET))
    premier, *autres = bonne["tarifs"]
    quantites: list[dict[str, Any]] = [
        {"forme": "duree"},
        {"forme": "duree", "fait": "minutes", "minimum": 9, "maximum": 1},
        {"forme": "paliers", "fait": "quantite"},
        {"forme": "grille", "fait": "montant"},
        {"forme": "saisi"},
        {"forme": "mois", "fois": "inconnu"},
        {"forme": "unites", "fois": "produit", "par": ["jour"]},
    ]
    for quantite in quantites:
        etrange = {**bonne, "tarifs": [{**premier, "quantite": quantite}, *autres]}
        lue = await simuler(b, effet=str(EFFET), fiche=etrange)
        assert (lue["traites"], lue["mis_de_cote"]) == (2, 0), quantite


async def test_fac_11_une_simulation_redit_ce_qu_elle_suppose(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    version = fiche(2, EFFET, POSTE_01="160")
    gardes = [t for t in version.tarifs if t.code != "EVALUATION"]
    corps = {**proposee(version.model_copy(update={"tarifs": gardes})), "finis": ["EVALUATION"]}
    lue = await simuler(b, effet=str(EFFET), fiche=corps, prix={"VIRTUEL-M": "70.00"})
    suppose = lue["hypothese"]
    assert suppose["tarifs_changes"] == ["EVALUATION", "POSTE-01"]
    assert suppose["prix"] == {"VIRTUEL-M": "70.00"}
    (dite,) = suppose["fiches"]
    # Ce qu'elle redit se propose de nouveau, tel quel.
    encore = await simuler(
        b, effet=str(EFFET), fiche={**dite, "finis": ["EVALUATION"]}, prix=suppose["prix"]
    )
    assert encore["empreinte"] == lue["empreinte"]
    page = await b.client("facturation").get(
        f"/v1/simulations/{lue['id']}", headers={"Accept": "text/html"}
    )
    assert "Prend fin" in page.text
    assert "Libellé de POSTE-03" not in page.text


async def test_fac_11_un_demandeur_n_en_attend_pas_sans_fin(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    mtq = b.client("gestionnaire", organisme="MTQ")
    adresses = []
    for _ in range(5):
        demandee = await mtq.post("/v1/simulations", json=SUPPOSE)
        adresses.append(demandee.headers["Location"])
    trop = await mtq.post("/v1/simulations", json=SUPPOSE)
    assert (trop.status_code, trop.json()["regle"]) == (409, "FAC-11")
    assert await demander(b, **SUPPOSE), "celles d'un organisme n'arrêtent pas les autres"
    assert (await mtq.post(f"{adresses[0]}/arret")).status_code == 200
    assert (await mtq.post("/v1/simulations", json=SUPPOSE)).status_code == 202


async def test_fac_11_sans_parc_il_n_y_a_rien_a_dire(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await b.recevoir(fiche())
    b.horloge.instant = a(jour(30))
    vide = await simuler(b, **SUPPOSE)
    assert (vide["etat"], vide["organismes"], vide["part_faite"]) == ("terminee", 0, "1.0000")
    assert vide["totaux"] == dict.fromkeys(("facture", "avant", "apres", "ecart"), "0.00")
    page = await b.client("facturation").get(
        f"/v1/simulations/{vide['id']}", headers={"Accept": "text/html"}
    )
    assert page.status_code == 200
    await b.recevoir(organisme("SEUL"))
    sans_parc = await simuler(b)
    assert (sans_parc["traites"], sans_parc["mis_de_cote"]) == (1, 0)


async def test_fac_11_le_csv_et_la_page_disent_les_memes_sommes(
    banc: MonterBanc,
    tmp_path: Any,  # noqa: ANN401 -- un chemin
) -> None:
    b = await banc("facturation")
    await un_parc(b)
    simulation = await simuler(b, **SUPPOSE)
    client, adresse = b.client("facturation"), f"/v1/simulations/{simulation['id']}"
    tableur = await client.get(adresse, headers={"Accept": "text/csv"})
    assert tableur.content.startswith(b"\xef\xbb\xbforganisme;periode;tarif;facture;avant;apres")
    rangees = list(csv.DictReader(io.StringIO(tableur.text.lstrip("\ufeff")), delimiter=";"))
    total = sum(round(float(r["ecart"].replace(",", ".")) * 100) for r in rangees)
    assert f"{total / 100:.2f}" == simulation["totaux"]["ecart"]
    relu = await client.get(
        adresse, headers={"Accept": "text/csv", "If-None-Match": tableur.headers["ETag"]}
    )
    assert relu.status_code == 304
    assert (await client.get(adresse, headers={"Accept": "image/png"})).status_code == 406

    page = await client.get(adresse, headers={"Accept": "text/html"})
    assert "default-src 'none'" in page.headers["content-security-policy"]
    ecart = simulation["totaux"]["ecart"].replace(".", ",")
    assert f"+{ecart}\xa0$" in page.text
    assert "Rien de ce qui se facture n'a changé" in page.text.replace("&#39;", "'")
    assert page.text.count('class="barres"') == len(simulation["par_mois"]) + len(
        simulation["par_tarif"]
    )
    exiger_chromium()
    for rendu in (page.text, (await _projection(b)).text):
        assert ce_qui_deborde(rendu, tmp_path, 320) == []
        assert violations_axe(rendu, tmp_path) == []


async def _projection(b: Banc) -> Any:  # noqa: ANN401 -- une réponse
    projection = await simuler(b)
    return await b.client("facturation").get(
        f"/v1/simulations/{projection['id']}", headers={"Accept": "text/html"}
    )

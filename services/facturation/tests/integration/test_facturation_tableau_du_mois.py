"""Le tableau du mois : tout ce qui reste à faire s'y compte, se nomme, et dit où se lire."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from contrats import demandes
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from pages import politique
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    EMISSION,
    SUJETS,
    contrat,
    executer,
    jour,
    livraison,
    organisme,
    planter,
)

pytestmark = pytest.mark.integration


async def _monter(banc: MonterBanc, *codes: str) -> Banc:
    b = await banc("facturation")
    await planter(b, *codes)
    for code in codes:
        await b.recevoir(livraison(uuid4(), code=code), survenu_le=a(jour(1)))
    b.horloge.instant = EMISSION
    return b


async def _lire(b: Banc, **requete: str) -> dict[str, Any]:
    lu = await b.client("facturation").get("/v1/tableau-du-mois", params=requete)
    assert lu.status_code == 200, lu.text
    corps: dict[str, Any] = lu.json()
    return corps


async def _comptes(b: Banc) -> dict[str, int]:
    """Les rubriques qui comptent quelque chose."""
    constats = (await _lire(b, periode="2026-09"))["constats"]
    return {r["rubrique"]: r["nombre"] for r in constats if r["nombre"]}


async def _constat(b: Banc, rubrique: str) -> dict[str, Any]:
    constats = (await _lire(b, periode="2026-09"))["constats"]
    (constat,) = [r for r in constats if r["rubrique"] == rubrique]
    trouve: dict[str, Any] = constat
    return trouve


async def _approuver(b: Banc, code: str) -> None:
    client = b.client("facturation")
    corps = {"periode": "2026-09", "organisme": code, "apercu": True}
    (vu,) = (await client.post("/v1/executions", json=corps)).json()["organismes"]
    lot = {"periode": "2026-09", "apercus": [{"organisme": code, "empreinte": vu["empreinte"]}]}
    assert (await client.post("/v1/approbations", json=lot)).status_code == 200


async def test_fac_7_le_tableau_dit_quel_producteur_retarde(banc: MonterBanc) -> None:
    b = await _monter(banc, "MTQ")
    vide = await _lire(b, periode="2026-09")
    assert (vide["recue"], {j["jusqua"] for j in vide["jalons"]}) == (False, {None})
    await b.recevoir_jalons(EMISSION, *SUJETS[:2])
    await b.recevoir_jalons(a(jour(29)), SUJETS[2])
    tableau = await _lire(b, periode="2026-09")
    assert {j["producteur"]: j["atteint"] for j in tableau["jalons"]} == {
        "catalogue": True, "courtier": True, "demandes": False
    }  # fmt: skip
    await b.recevoir_jalons(EMISSION, *SUJETS)
    assert (await _lire(b, periode="2026-09"))["recue"] is True
    assert (await _lire(b))["periode"] == "2026-09", "d'office, le dernier mois fini"


async def test_fac_7_du_premier_apercu_a_la_derniere_facture_les_comptes_suivent(
    banc: MonterBanc,
) -> None:
    b = await _monter(banc, "MTQ", "RAMQ")
    await b.recevoir(organisme("VIDE"))
    await b.recevoir_jalons(EMISSION, *SUJETS)
    assert await _comptes(b) == {"a_approuver": 3}
    await _approuver(b, "MTQ")
    assert await _comptes(b) == {"a_approuver": 2, "approuves": 1}
    constat = await _constat(b, "approuves")
    (cas,) = constat["cas"]
    assert (cas["nom"], constat["depuis"]) == ("MTQ", "2026-10-01")
    assert (await b.client("facturation").get(cas["lien"])).status_code == 200
    demande = await b.client("facturation").post("/v1/executions", json={"periode": "2026-09"})
    execution = demande.headers["Location"]
    await b.client("facturation").post(f"{execution}/arret")
    assert await _comptes(b) == {"a_approuver": 2, "approuves": 1, "executions": 1}
    (cas,) = (await _constat(b, "executions"))["cas"]
    assert (cas["lien"], cas["texte"]) == (execution, "arretee")
    await b.client("facturation").post(f"{execution}/reprise")
    await b.tache("emissions")
    # VIDE n'a rien à payer : il n'a rien à approuver.
    assert await _comptes(b) == {"non_valides": 2}


async def test_fac_6_un_organisme_de_cote_y_reste_jusqu_a_sa_reprise(banc: MonterBanc) -> None:
    b = await _monter(banc, "MTQ")
    await b.recevoir(livraison(uuid4(), code="INCONNU"), survenu_le=a(jour(1)))
    await b.recevoir_jalons(EMISSION, *SUJETS)
    for _ in range(2):
        await executer(b)
    (cas,) = (await _constat(b, "mis_de_cote"))["cas"]
    assert (cas["nom"], "fichier client" in cas["texte"]) == ("INCONNU", True)
    detail = (await b.client("facturation").get(cas["lien"])).json()["elements"]
    assert [t["organisme"] for t in detail] == ["INCONNU"]
    await b.recevoir(organisme("INCONNU"))
    await executer(b, organisme="INCONNU")
    assert await _comptes(b) == {"non_valides": 2}


async def test_ce_qui_attend_se_compte_avec_le_plus_ancien_et_se_nomme_par_vingt(
    banc: MonterBanc,
) -> None:
    b = await _monter(banc, "MTQ")
    for n in range(25):
        await b.recevoir(contrat(date(2026, 9, 3 + n % 20)))
    await b.recevoir_jalons(EMISSION, *SUJETS)
    await b.tache("attentes")
    constat = await _constat(b, "lignes_en_attente")
    assert (constat["nombre"], constat["davantage"], len(constat["cas"])) == (25, False, 20)
    assert constat["depuis"] == "2026-09-03"
    assert constat["lien"] == "/v1/lignes-en-attente"
    detail = await b.client("facturation").get(constat["cas"][0]["lien"])
    assert detail.json()["elements"][0]["organisme"] == "MTQ"


async def test_fac_4_l_incident_signale_s_y_compte_a_part(banc: MonterBanc) -> None:
    b = await _monter(banc, "MTQ")
    incident = uuid4()
    await b.recevoir(_intervention(incident), survenu_le=a(jour(2)))
    async with b.interne() as cx:
        await cx.ecrire(
            text(
                "INSERT INTO lignes_en_attente (organisme, source, tarif, nature, cle, depuis,"
                " motif, evenements, signalee_le) VALUES ('MTQ', :source, '', 'acte', '',"
                " '2026-09-02', 'Pas clos.', '{}', '2026-10-01T12:00:00Z')"
            ),
            {"source": str(incident)},
        )
    constat = await _constat(b, "incidents")
    assert (constat["nombre"], constat["cas"][0]["texte"]) == (1, "Pas clos.")


def _intervention(incident: UUID) -> demandes.InterventionEffectuee:
    return demandes.InterventionEffectuee(
        organisme="MTQ", incident_id=incident, intervention_id=uuid4(), debut=a(jour(2)),
        minutes=20, deplacement=False, cloture=False,
    )  # fmt: skip


async def test_ce_que_la_reception_n_a_pu_traiter_s_y_compte(banc: MonterBanc) -> None:
    """Et la commande qui le liste; rien de ce que porte le message ne se montre."""
    b = await _monter(banc, "MTQ")
    illisible = replace(b.message(organisme("RAMQ")), charge=b'{"organisme": "RAMQ"}')
    await b.recevoir_messages([illisible])
    assert len(await b.rebuts()) == 1
    constat = await _constat(b, "rebuts")
    assert (constat["nombre"], constat["lien"]) == (1, None)
    assert constat["commande"] == "python -m facturation rebuts lister"
    async with b.interne() as cx:
        await cx.ecrire(
            text("UPDATE revues SET mise_de_cote = 'Trop long.' WHERE organisme = 'MTQ'")
        )
    (cas,) = (await _constat(b, "revues"))["cas"]
    assert (cas["nom"], cas["texte"]) == ("MTQ", "Trop long.")


async def test_le_tableau_se_lit_en_page(banc: MonterBanc) -> None:
    b = await _monter(banc, "MTQ")
    await b.recevoir(contrat(date(2026, 9, 3)))
    await b.recevoir_jalons(EMISSION, *SUJETS)
    await b.tache("attentes")
    page = await _page(b)
    assert page.headers["Content-Security-Policy"] == politique()
    assert "Tableau du mois" in page.text
    assert '<a href="/v1/lignes-en-attente?organisme=MTQ">MTQ</a>' in page.text
    assert "Ce que ce tableau ne sait pas" in page.text


async def _page(b: Banc) -> httpx.Response:
    page = await b.client("facturation").get(
        "/v1/tableau-du-mois", params={"periode": "2026-09"}, headers={"Accept": "text/html"}
    )
    assert page.status_code == 200, page.text
    assert page.headers["Content-Type"].startswith("text/html")
    return page


async def test_le_tableau_est_du_mcn_et_se_demande_bien(banc: MonterBanc) -> None:
    b = await _monter(banc, "MTQ")
    for client, attendu in (
        (b.client(), 401),
        (b.client("gestionnaire", organisme="MTQ"), 403),
        (b.client("admin"), 200),
    ):
        assert (await client.get("/v1/tableau-du-mois")).status_code == attendu
    for mal in ("2026-13", "septembre", ""):
        lu = await b.client("facturation").get("/v1/tableau-du-mois", params={"periode": mal})
        assert lu.status_code == 422


async def test_fac_8_ce_qui_suit_l_emission_s_y_compte(banc: MonterBanc) -> None:
    """Une facture pas validée, contestée, dont la décision se fait attendre."""
    b = await _monter(banc, "MTQ", "RAMQ")
    await b.recevoir_jalons(EMISSION, *SUJETS)
    await executer(b)
    assert await _comptes(b) == {"non_valides": 2}
    numeros = [c["nom"] for c in (await _constat(b, "non_valides"))["cas"]]
    gestionnaire = b.client("gestionnaire", organisme="MTQ")
    contestee = await gestionnaire.post(
        f"/v1/factures/{numeros[0]}/contestations",
        json={"motif": "Le poste est rendu.", "lignes": [{"rang": 1}]},
    )
    assert contestee.status_code == 201, contestee.text
    (cas,) = (await _constat(b, "contestations"))["cas"]
    assert (cas["nom"], cas["depuis"]) == (f"MTQ {numeros[0]}", "2026-10-01")
    assert (await b.client("facturation").get(cas["lien"])).status_code == 200
    b.horloge.aller("2026-12-15T09:00-05:00")
    # De MTQ, tout est contesté : seule la facture de RAMQ est en retard.
    assert await _comptes(b) == {
        "non_valides": 2, "contestations": 1, "decisions_en_retard": 1, "en_retard": 1
    }  # fmt: skip

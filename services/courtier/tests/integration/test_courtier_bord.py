"""Le tableau du Courtier, face à l'API : ce qui attend, tarde, finit; en page, en CSV."""

import csv
import io
from typing import Any

import pytest

from pages import politique
from services.courtier.tests.acquisitions import Acquisition
from services.courtier.tests.contrat_signe import conclure
from services.courtier.tests.marche import EMPREINTES, Corps, Marche

pytestmark = pytest.mark.integration


async def _lire(marche: Marche) -> Corps:
    lu = await marche.courtier.get("/v1/bord")
    assert lu.status_code == 200, lu.text
    corps: Corps = lu.json()
    return corps


async def _constats(marche: Marche) -> dict[str, Any]:
    """Les rubriques qui comptent quelque chose."""
    return {c["rubrique"]: c for c in (await _lire(marche))["constats"] if c["nombre"]}


async def _comptes(marche: Marche) -> dict[str, int]:
    return {nom: c["nombre"] for nom, c in (await _constats(marche)).items()}


async def _detaille(marche: Marche, constat: Corps) -> list[Corps]:
    """Ce que répond la liste où se lit une rubrique en entier."""
    lus = await marche.courtier.get(constat["lien"])
    assert lus.status_code == 200, lus.text
    elements: list[Corps] = lus.json()["elements"]
    return elements


async def test_ci_10_un_dossier_compte_a_son_etape_et_a_son_age(marche: Marche) -> None:
    dossier = await Acquisition.ouvrir(marche.gestionnaire, marche.courtier)
    etapes = (await _lire(marche))["etapes"]
    assert [(e["etape"], e["total"]) for e in etapes] == [(1, 1), (2, 0), (3, 0), (4, 0), (5, 0)]
    assert etapes[0]["par_age"]["moins de 30 jours"] == 1
    (cas,) = (await _constats(marche))["dossiers"]["cas"]
    assert (cas["organisme"], cas["nom"], cas["lien"]) == (
        "MTQ", "Courriel", f"/v1/dossiers/{dossier.id}"
    )  # fmt: skip
    marche.banc.horloge.aller("2026-12-15T09:00-05:00")
    assert (await _lire(marche))["etapes"][0]["par_age"]["de 90 à 179 jours"] == 1
    assert [d["id"] for d in await _detaille(marche, etapes[0])] == [dossier.id]
    assert await _detaille(marche, etapes[1]) == []


async def test_ci_16_chaque_signature_attendue_se_nomme(marche: Marche) -> None:
    contrat = await marche.contrat()
    assert await _comptes(marche) == {"dossiers": 1}
    chemin = f"/v1/contrats/{contrat['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    constat = (await _constats(marche))["a_signer_client"]
    (cas,) = constat["cas"]
    assert (cas["organisme"], cas["nom"], cas["montant"], cas["lien"]) == (
        "MTQ", "Nuage boréal inc.", "12000.00", chemin
    )  # fmt: skip
    assert [c["id"] for c in await _detaille(marche, constat)] == [contrat["id"]]
    await marche.signataire.post(f"{chemin}/signature", json={"partie": "client", **EMPREINTES})
    assert await _comptes(marche) == {"dossiers": 1, "a_signer_fournisseur": 1}


async def test_ci_16_la_copie_en_retard_jusqu_a_sa_transmission(marche: Marche) -> None:
    conclu = await conclure(marche)
    assert "copie" not in await _comptes(marche)
    marche.banc.horloge.aller("2026-09-15T23:30-04:00")
    assert "copie" not in await _comptes(marche), "le dernier jour n'est pas un retard"
    marche.banc.horloge.aller("2026-09-16T00:30-04:00")
    constat = (await _constats(marche))["copie"]
    (cas,) = constat["cas"]
    assert (cas["le"], cas["nom"], cas["lien"]) == (
        "2026-09-15", "Nuage boréal inc.", conclu.chemin
    )  # fmt: skip
    assert [o["due_le"] for o in await _detaille(marche, constat)] == ["2026-09-15"]
    await marche.gestionnaire.post(f"{conclu.chemin}/copie", json={})
    assert "copie" not in await _comptes(marche)


async def test_ci_24_un_contrat_finit_neuf_mois_avant_sa_fin(marche: Marche) -> None:
    conclu = await conclure(marche)
    marche.banc.horloge.aller("2028-01-01T12:00-05:00")
    assert "finissent" not in await _comptes(marche)
    marche.banc.horloge.aller("2028-01-02T12:00-05:00")
    constat = (await _constats(marche))["finissent"]
    assert [c["le"] for c in constat["cas"]] == ["2028-10-01"]
    assert [c["id"] for c in await _detaille(marche, constat)] == [conclu.corps["id"]]
    marche.banc.horloge.aller("2028-10-01T12:00-04:00")
    assert "finissent" not in await _comptes(marche)


async def test_ci_18_ci_21_publications_et_evaluations_en_retard(marche: Marche) -> None:
    """Deux ans après la fin, tout ce qui n'est pas fait tarde; le fournisseur se nomme."""
    conclu = await conclure(marche)
    marche.banc.horloge.aller("2030-10-01T12:00-04:00")
    lu = await _lire(marche)
    tardent = {c["rubrique"] for c in lu["constats"] if c["groupe"] == "En retard" and c["nombre"]}
    assert {"copie", "evaluation_fin", "sortie"} <= tardent
    (fournisseur,) = lu["fournisseurs"]
    assert (fournisseur["nom"], fournisseur["contrats"], fournisseur["en_retard"]) == (
        "Nuage boréal inc.", 0, 1
    )  # fmt: skip
    evaluations = (await marche.courtier.get(fournisseur["lien"])).json()["elements"]
    assert [e["contrat_id"] for e in evaluations] == [conclu.corps["id"]]


async def test_un_csv_qu_excel_ouvre_et_qui_n_execute_rien(marche: Marche) -> None:
    await marche.gestionnaire.post("/v1/dossiers", json={"titre": "=HYPERLINK(1)"})
    lu = await marche.courtier.get("/v1/bord", headers={"Accept": "text/csv"})
    assert lu.headers["Content-Type"].startswith("text/csv")
    assert lu.content.startswith(b"\xef\xbb\xbf")
    (rangee,) = csv.DictReader(io.StringIO(lu.content.decode("utf-8-sig")), delimiter=";")
    assert (rangee["rubrique"], rangee["organisme"], rangee["nom"]) == (
        "dossiers", "MTQ", "'=HYPERLINK(1)"
    )  # fmt: skip


async def test_il_se_lit_en_page(marche: Marche) -> None:
    await marche.gestionnaire.post("/v1/dossiers", json={"titre": "Courriel <b>"})
    page = await marche.courtier.get("/v1/bord", headers={"Accept": "text/html"})
    assert page.headers["Content-Security-Policy"] == politique()
    assert "Accept" in page.headers["Vary"]
    assert "Courriel &lt;b&gt;</a>" in page.text
    assert '<a href="/v1/dossiers?etat=en_cours&amp;etape=1">1. Besoins et enjeux</a>' in page.text


async def test_il_est_du_courtier_et_se_demande_bien(marche: Marche) -> None:
    banc = marche.banc
    for client, attendu in (
        (banc.client(), 401),
        (marche.gestionnaire, 403),
        (banc.client("dirigeant", organisme="MTQ"), 403),
        (banc.client("admin"), 200),
        (banc.client("verificateur"), 200),
    ):
        assert (await client.get("/v1/bord")).status_code == attendu
    for mal, statut in (("?periode=2026", 422), ("?rubrique=copie", 422)):
        assert (await marche.courtier.get(f"/v1/bord{mal}")).status_code == statut
    image = await marche.courtier.get("/v1/bord", headers={"Accept": "image/png"})
    assert image.status_code == 406

"""CI-15, CI-16 : ce qui empêche le client de signer se lit d'avance, comme le refus le dirait."""

from datetime import UTC, datetime
from typing import Any

import pytest

from contrats.demandes import Inactivite, OrganismeModifie
from services.courtier.tests.marche import EMPREINTES, Marche
from services.courtier.tests.redescente import refaire

pytestmark = pytest.mark.integration
CLIENT = {"partie": "client", **EMPREINTES}


async def manque(marche: Marche, chemin: str) -> list[Any]:
    lu = await marche.gestionnaire.get(f"{chemin}/signature")
    assert lu.status_code == 200, lu.text
    rendu: list[Any] = lu.json()["manque"]
    return rendu


async def valide(marche: Marche) -> tuple[str, str]:
    """L'adresse d'un contrat que MTQ a validé, et son offre."""
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    await marche.gestionnaire.post(f"{chemin}/validation")
    return chemin, contrat["elements"][0]["offre_id"]


async def test_ci_16_prepare_il_attend_sa_validation_puis_plus_rien(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin = f"/v1/contrats/{contrat['id']}"
    assert [m["regle"] for m in await manque(marche, chemin)] == ["CI-16"]
    await marche.gestionnaire.post(f"{chemin}/validation")
    assert await manque(marche, chemin) == []
    assert (await marche.signataire.post(f"{chemin}/signature", json=CLIENT)).status_code == 200
    (attendu,) = await manque(marche, chemin)
    assert attendu["details"]["etat"] == "signe_client"


async def test_ci_15_un_prix_change_se_lit_avant_de_signer_et_rien_ne_s_ecrit(
    marche: Marche,
) -> None:
    chemin, offre_id = await valide(marche)
    await marche.cree(f"offres/{offre_id}/prix", {"prix": "13", "en_vigueur_le": "2026-10-01"})
    assert await manque(marche, chemin) == []
    avant = (await marche.courtier.get(chemin)).json()
    marche.banc.horloge.aller("2026-10-01T09:00-04:00")
    (lu,) = await manque(marche, chemin)
    refus = (await marche.signataire.post(f"{chemin}/signature", json=CLIENT)).json()
    assert lu == {c: refus[c] for c in ("regle", "detail", "details")}
    assert lu["regle"] == "CI-15"
    assert (await marche.courtier.get(chemin)).json() == avant


async def test_ci_15_tout_ce_qui_manque_se_lit_d_un_coup(marche: Marche) -> None:
    chemin, offre_id = await valide(marche)
    await marche.cree(f"offres/{offre_id}/prix", {"prix": "5000", "en_vigueur_le": "2026-10-01"})
    marche.banc.horloge.aller("2026-10-01T09:00-04:00")
    inactif = Inactivite(debut=datetime(2026, 9, 30, 4, tzinfo=UTC))
    await marche.banc.recevoir(
        OrganismeModifie(
            organisme="MTQ", nom="Ministère MTQ", assujetti_rcti=True, inactivites=(inactif,)
        )
    )
    lus = await manque(marche, chemin)
    assert [m["regle"] for m in lus] == ["DEM-14", "CI-15", "CI-16"]
    assert {m["prealable"] for m in lus[2]["details"]["manque"]} == {"budget_suffisant"}


async def test_ci_16_le_dossier_change_le_contrat_est_caduc_partout(marche: Marche) -> None:
    chemin, _ = await valide(marche)
    dossier = f"/v1/dossiers/{(await marche.courtier.get(chemin)).json()['dossier_id']}"
    dix = {"consommation": [{"du_mois": 1, "au_mois": 24, "quantite": 10}]}
    change = await marche.gestionnaire.post(f"{dossier}/confirmation", json=dix)
    assert change.status_code == 200, change.text
    lu = (await marche.gestionnaire.get(chemin)).json()
    assert (lu["etat"], lu["actes_permis"]) == ("caduc", ["preparation", "refus"])
    assert lu["caducite"]["cause"] == "dossier_change"
    (dit,) = await manque(marche, chemin)
    refus = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (refus.status_code, refus.json()["detail"]) == (409, dit["detail"])
    assert dit["regle"] == "CI-16"
    (attente,) = (await marche.signataire.get("/v1/bord/signataire")).json()["elements"]
    assert (attente["mandat_id"], attente["empechement"]) == (None, dit["detail"])
    comptes = {c["rubrique"]: c for c in (await marche.courtier.get("/v1/bord")).json()["constats"]}
    assert (comptes["a_signer_client"]["nombre"], comptes["caducs"]["nombre"]) == (0, 1)
    (listee,) = (await marche.courtier.get(comptes["caducs"]["lien"])).json()["elements"]
    assert chemin.endswith(listee["id"])
    corps = {"debut": lu["debut"], "documents": EMPREINTES}
    refait = await marche.courtier.post(f"{chemin}/preparation", json=corps)
    assert (refait.json()["etat"], refait.json()["montant"]) == ("prepare", "3000.00")
    await marche.gestionnaire.post(f"{chemin}/validation")
    assert await manque(marche, chemin) == []


async def test_ci_10_le_dossier_clos_le_contrat_est_abandonne(marche: Marche) -> None:
    chemin, _ = await valide(marche)
    dossier = f"/v1/dossiers/{(await marche.courtier.get(chemin)).json()['dossier_id']}"
    fin = {"issue": "sans_suite", "motif": "Le besoin n'est plus."}
    assert (await marche.gestionnaire.post(f"{dossier}/cloture", json=fin)).status_code == 200
    lu = (await marche.gestionnaire.get(chemin)).json()
    assert (lu["etat"], lu["actes_permis"]) == ("abandonne", [])
    (dit,) = await manque(marche, chemin)
    refus = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (refus.status_code, refus.json()["regle"], dit["regle"]) == (409, "CI-10", "CI-10")
    assert (await marche.signataire.get("/v1/bord/signataire")).json()["elements"] == []


async def test_ci_16_la_migration_dit_caducs_ceux_d_avant(marche: Marche) -> None:
    """Une ligne d'avant la colonne : validée, son dossier confirmé depuis."""
    chemin, _ = await valide(marche)
    dossier = f"/v1/dossiers/{(await marche.courtier.get(chemin)).json()['dossier_id']}"
    await marche.gestionnaire.post(f"{dossier}/confirmation", json={})
    await refaire(marche.banc, "caducite", lambda _: None)
    lu = (await marche.courtier.get(chemin)).json()
    assert (lu["etat"], lu["caducite"]["cause"]) == ("caduc", "dossier_change")


async def test_ci_16_ce_qui_manque_a_un_autre_organisme_ne_se_lit_pas(marche: Marche) -> None:
    chemin, _ = await valide(marche)
    autre = marche.banc.client("gestionnaire", organisme="SQ", sujet="gestionnaire-sq")
    assert (await autre.get(f"{chemin}/signature")).status_code == 404


async def test_ci_16_une_autre_annexe_publiee_rend_le_contrat_caduc(marche: Marche) -> None:
    contrat = await marche.contrat()
    chemin, fournisseur = f"/v1/contrats/{contrat['id']}", contrat["fournisseur_id"]
    await marche.gestionnaire.post(f"{chemin}/validation")
    annexe = {"nature": "annexe_modificative", "reference": "AM-15", "en_vigueur_le": "2026-09-01"}
    publier = f"fournisseurs/{fournisseur}/documents"
    await marche.cree(publier, {**annexe, "empreinte": EMPREINTES["annexe_modificative"]})
    assert await manque(marche, chemin) == []
    await marche.cree(publier, {**annexe, "empreinte": "7" * 64})
    (lu,) = await manque(marche, chemin)
    assert (lu["regle"], lu["details"]) == ("CI-16", {"reference": "AM-15", "version": 2})
    refus = await marche.signataire.post(f"{chemin}/signature", json=CLIENT)
    assert (refus.status_code, refus.json()["detail"]) == (409, lu["detail"])
    corps = {"debut": contrat["debut"], "documents": EMPREINTES}
    encore = await marche.courtier.post(f"{chemin}/preparation", json=corps)
    assert (encore.status_code, encore.json()["regle"]) == (409, "CI-16")
    corps["documents"] = {**EMPREINTES, "annexe_modificative": "7" * 64}
    assert (await marche.courtier.post(f"{chemin}/preparation", json=corps)).status_code == 200

"""Une disponibilité a son taux, se ferme et se corrige comme une mesure (SLA-4, SLA-5, SLA-7)."""

from decimal import Decimal
from typing import Any

import pytest

from noyau import sujet_de
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import fiche, pt_4
from services.sla.tests.evenements import messages_de_fiches
from services.sla.tests.integration.test_sla_disponibilites import (
    ADRESSE,
    JOUR,
    PANNE,
    constater,
    inscrire,
)
from services.sla.tests.scene import elements
from sla.taux.domaine.fermetures import PRODUCTEURS

pytestmark = pytest.mark.integration

PANNE_DUREE = 102 * 60


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    monte.horloge.aller("2026-10-02T12:00-04:00")
    await monte.recevoir_messages(messages_de_fiches(monte, [fiche(pt_4())]))
    await inscrire(monte, "MTQ", "SQ", le="2026-09-01T00:00-04:00")
    await monte.recevoir_jalons(monte.horloge(), *map(sujet_de, PRODUCTEURS))
    await monte.tache("minutes")
    return monte


async def fermer(sla: Banc, periode: str) -> Any:  # noqa: ANN401 -- une réponse HTTP
    return await sla.client("mesure").post(f"/v1/periodes/{periode}/fermeture", json={})


async def changer(sla: Banc, code: str, **dates: str) -> None:
    client = sla.client("mesure")
    lu = await client.get(f"/v1/services/{code}")
    dit = {nom: lu.json()[nom] for nom in ("libelle", "debut", "fin")}
    corps = {**dit, **dates, "motif": "Le service a fini plus tôt."}
    reponse = await client.put(
        f"/v1/services/{code}", json=corps, headers={"If-Match": lu.headers["ETag"]}
    )
    assert reponse.status_code == 200, reponse.text


async def taux(sla: Banc, **filtres: object) -> dict[str | None, dict[str, Any]]:
    demandes = {nom: v for nom, v in {"periode": "2026-09", **filtres}.items() if v}
    lignes = await elements(sla.client("mesure"), "/v1/taux", indicateur="PT-4", **demandes)
    return {ligne["organisme"]: ligne for ligne in lignes}


def durees(chiffres: dict[str, Any], part: str = "brut") -> tuple[int, int]:
    return chiffres[part]["mesurees"], chiffres[part]["manquees"]


async def test_sla_5_la_disponibilite_est_un_taux_en_secondes(sla: Banc) -> None:
    await constater(sla, organismes=["MTQ"], portee="organismes")
    lus = await taux(sla)
    assert durees(lus["MTQ"]) == (30 * JOUR, PANNE_DUREE)
    assert durees(lus["SQ"]) == (30 * JOUR, 0)
    assert durees(lus[None]) == (60 * JOUR, PANNE_DUREE)
    assert lus["MTQ"]["unite"] == "secondes"
    exact = 1 - Decimal(PANNE_DUREE) / (30 * JOUR)
    assert lus["MTQ"]["brut"]["taux"] == str(round(exact, 4))
    service, panne = durees(lus["MTQ"], "ajuste")
    assert service < 30 * JOUR
    assert panne == PANNE_DUREE
    assert lus["MTQ"]["exclues"] == []
    assert lus["MTQ"]["brut"]["avertissement"] is None


async def test_sla_4_l_exercice_d_une_disponibilite_est_la_somme_de_ses_mois(sla: Banc) -> None:
    await constater(sla)
    (exercice,) = await elements(
        sla.client("mesure"), "/v1/taux", indicateur="PT-4", exercice="2026-2027", organisme="SQ"
    )
    mois = await elements(sla.client("mesure"), "/v1/taux", indicateur="PT-4", organisme="SQ")
    assert exercice["brut"]["mesurees"] == sum(m["brut"]["mesurees"] for m in mois) == 31 * JOUR
    assert exercice["brut"]["manquees"] == PANNE_DUREE
    assert (exercice["mois_fermes"], exercice["mois_ouverts"]) == ([], ["2026-09", "2026-10"])
    assert all(m["mois_fermes"] == m["mois_ouverts"] == [] for m in mois)


async def test_sla_7_l_exercice_dit_les_mois_qu_il_additionne(sla: Banc) -> None:
    assert (await fermer(sla, "2026-09")).status_code == 201
    lus = await taux(sla, periode="", exercice="2026-2027")
    assert {(t["unite"], *t["mois_fermes"], *t["mois_ouverts"]) for t in lus.values()} == {
        ("secondes", "2026-09", "2026-10")
    }
    assert all(t["mois_fermes"] == ["2026-09"] for t in lus.values())


async def test_sla_7_une_panne_apprise_tard_corrige_la_disponibilite_fermee(sla: Banc) -> None:
    assert (await fermer(sla, "2026-09")).status_code == 201
    await constater(sla, organismes=["MTQ"], portee="organismes")
    await sla.tache("minutes")
    await sla.tache("corrections-disponibilites")
    faites = await elements(sla.client("mesure"), "/v1/corrections", indicateur="PT-4")
    assert {(c["organisme"], c["avant"]["panne"], c["apres"]["panne"]) for c in faites} == {
        ("MTQ", 0, PANNE_DUREE),
        (None, 0, PANNE_DUREE),
    }
    assert {c["cause"] for c in faites} == {"indisponibilite"}
    lus = await taux(sla)
    assert durees(lus["MTQ"]) == (30 * JOUR, 0)
    assert durees(lus["MTQ"]["corrige"]) == (30 * JOUR, PANNE_DUREE)
    assert (lus["SQ"]["corrige"], lus["SQ"]["corrections"]) == (None, 0)
    assert lus[None]["corrections"] == 1
    du_mois = (await sla.client("mesure").get("/v1/rapports/2026-09")).json()["corrigees"]
    assert [c["organisme"] for c in du_mois["lignes"]] == ["MTQ"]
    assert du_mois["nombre"] == 1
    assert du_mois["lignes"][0]["precisions_apres"]["panne_ajuste"] == PANNE_DUREE
    assert await sla.tache("corrections-disponibilites") == 0
    client = sla.client("gestionnaire", organisme="SQ")
    assert await elements(client, "/v1/corrections") == []


async def test_sla_7_un_service_qui_change_corrige_la_disponibilite_et_le_dit(sla: Banc) -> None:
    await constater(sla, organismes=["MTQ"], portee="organismes")
    await sla.tache("minutes")
    assert (await fermer(sla, "2026-09")).status_code == 201
    for code in ("messagerie", "stockage"):
        await changer(sla, code, fin="2026-09-21")
    await sla.tache("minutes")
    await sla.tache("corrections-disponibilites")
    faites = await elements(sla.client("mesure"), "/v1/corrections", indicateur="PT-4")
    assert {c["cause"] for c in faites} == {"service"}
    (de_mtq,) = [c for c in faites if c["organisme"] == "MTQ"]
    assert (de_mtq["avant"]["service"], de_mtq["apres"]["service"]) == (30 * JOUR, 20 * JOUR)

    reponse = await sla.client("mesure").get("/v1/rapports/2026-09", params={"organisme": "MTQ"})
    (au_rapport,) = reponse.json()["corrigees"]["lignes"]
    assert (au_rapport["service_avant"], au_rapport["panne_avant"]) == (30 * JOUR, PANNE_DUREE)
    assert (au_rapport["service_apres"], au_rapport["panne_apres"]) == (20 * JOUR, PANNE_DUREE)
    assert (au_rapport["avant"], au_rapport["apres"]) == (None, None)
    page = await sla.client("mesure").get(
        "/v1/rapports/2026-09", params={"organisme": "MTQ"}, headers={"Accept": "text/html"}
    )
    assert "Le temps de service" in page.text
    assert f"/v1/mesures/{au_rapport['mesure_id']}" not in page.text


async def test_sla_7_une_panne_ouverte_se_ferme_jusqu_a_minuit_et_sa_fin_corrige(sla: Banc) -> None:
    """Elle dure encore quand le mois se ferme; on apprend qu'elle avait fini avant."""
    ouverte = await constater(sla, debut="2026-09-30T12:00:00-04:00", fin=None)
    await sla.tache("minutes")
    assert (await fermer(sla, "2026-09")).status_code == 201
    assert durees((await taux(sla))["SQ"]) == (30 * JOUR, 12 * 3_600)
    corps = {**PANNE, "debut": "2026-09-30T12:00:00-04:00", "fin": "2026-09-30T13:00:00-04:00"}
    reponse = await sla.client("mesure").post(f"{ADRESSE}/{ouverte['id']}/correction", json=corps)
    assert reponse.status_code == 200, reponse.text
    await sla.tache("minutes")
    await sla.tache("corrections-disponibilites")
    lus = await taux(sla)
    assert durees(lus["SQ"]) == (30 * JOUR, 12 * 3_600)
    assert durees(lus["SQ"]["corrige"]) == (30 * JOUR, 3_600)


async def test_sla_7_des_minutes_a_compter_retiennent_la_fermeture(sla: Banc) -> None:
    sla.horloge.aller("2026-11-01T00:10-04:00")
    await sla.recevoir_jalons(sla.horloge(), *map(sujet_de, PRODUCTEURS))
    assert (await fermer(sla, "2026-09")).status_code == 201
    refus = await fermer(sla, "2026-10")
    assert refus.status_code == 409
    assert "minutes" in refus.json()["detail"]
    await sla.tache("minutes")
    assert (await fermer(sla, "2026-10")).status_code == 201


async def test_sla_7_recomptees_pareilles_les_minutes_ne_corrigent_rien(sla: Banc) -> None:
    await constater(sla)
    await sla.tache("minutes")
    await fermer(sla, "2026-09")
    async with sla.interne() as connexion:
        await connexion.pilote.execute("DELETE FROM minutes")
        await connexion.pilote.execute("DELETE FROM mois_comptes")
    assert await sla.tache("corrections-disponibilites") == 0
    await sla.tache("minutes")
    assert await sla.tache("corrections-disponibilites") == 0
    assert await elements(sla.client("mesure"), "/v1/corrections") == []
    publies = [p.donnees for p in await sla.sortants("taux.fermé")]
    assert {(p.get("organisme"), p["unite"]) for p in publies} == {
        (None, "secondes"),
        ("MTQ", "secondes"),
        ("SQ", "secondes"),
    }


async def test_sla_7_un_mois_ferme_en_minutes_se_lit_en_secondes_sous_son_empreinte(
    sla: Banc,
) -> None:
    """Une base d'avant nommait « minutes » les mêmes secondes : rien de publié n'y est récrit."""
    await constater(sla)
    await sla.tache("minutes")
    await fermer(sla, "2026-09")
    avant = await taux(sla)
    async with sla.interne() as connexion:
        for table in ("taux_fermes", "comptes_fermes"):
            await connexion.pilote.execute(
                f"UPDATE {table} SET unite = 'minutes' WHERE unite = 'secondes'"
            )
    assert await taux(sla) == avant
    assert {t["unite"] for t in avant.values()} == {"secondes"}
    assert all(t["empreinte"] for t in avant.values())


async def test_sla_7_ferme_sans_client_le_taux_se_publie_en_secondes(banc: MonterBanc) -> None:
    """La fiche promet, nul n'est encore client : sans objet, mais toujours en secondes."""
    sla = await banc("sla")
    sla.horloge.aller("2026-10-02T12:00-04:00")
    await sla.recevoir_messages(messages_de_fiches(sla, [fiche(pt_4())]))
    await sla.recevoir_jalons(sla.horloge(), *map(sujet_de, PRODUCTEURS))
    await sla.tache("minutes")
    assert (await fermer(sla, "2026-09")).status_code == 201
    (publie,) = [p.donnees for p in await sla.sortants("taux.fermé")]
    assert (publie["indicateur"], publie["unite"], publie["mesurees"]) == ("PT-4", "secondes", 0)

"""SLA-5 : des fiches et des organismes reçus du bus aux minutes, par les routes et la tâche."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from contrats import demandes
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.sla.tests.builders import fiche, pt_4, si
from services.sla.tests.evenements import messages_de_fiches
from services.sla.tests.scene import elements
from sla.disponibilites.adaptateurs.tables import minutes
from sla.disponibilites.domaine.signalements import EN_ATTENTE_MAX

pytestmark = pytest.mark.integration
HEURE, JOUR = 3_600, 86_400
ADRESSE = "/v1/indisponibilites"
PANNE = {
    "service": "messagerie",
    "debut": "2026-09-14T08:06:00-04:00",
    "fin": "2026-09-14T09:48:00-04:00",
    "motif": "Commutateur remplacé.",
}


async def inscrire(banc: Banc, *organismes: str, le: str = "2026-04-01T09:00-04:00") -> None:
    maintenant = banc.horloge()
    banc.horloge.aller(le)
    for code in organismes:
        fait = demandes.OrganismeInscrit(organisme=code, nom=code, assujetti_rcti=False)
        await banc.recevoir_messages([banc.message(fait)])
    banc.horloge.aller(maintenant.isoformat())


@pytest.fixture
async def sla(banc: MonterBanc) -> Banc:
    monte = await banc("sla")
    monte.horloge.aller("2026-09-30T12:00-04:00")
    await monte.recevoir_messages(messages_de_fiches(monte, [fiche(pt_4())]))
    await inscrire(monte, "MTQ", "SQ")
    await monte.tache("minutes")
    return monte


async def lues(sla: Banc, periode: str = "2026-09") -> dict[str, tuple[int, ...]]:
    async with sla.interne() as connexion:
        lignes = await connexion.lignes(select(minutes).where(minutes.c.periode == periode))
    return {x.organisme: (x.service, x.panne, x.service_ajuste, x.panne_ajuste) for x in lignes}


async def constater(sla: Banc, **autres: object) -> dict[str, Any]:
    reponse = await sla.client("mesure").post(ADRESSE, json={**PANNE, **autres})
    assert reponse.status_code == 201, reponse.text
    rendu: dict[str, Any] = reponse.json()
    return rendu


async def test_sla_5_chaque_mois_se_compte_jusqu_a_hier(sla: Banc) -> None:
    entier = await lues(sla, "2026-08")
    assert entier["MTQ"][:2] == (31 * JOUR, 0)
    assert entier[""][0] == 2 * 31 * JOUR
    en_cours = await lues(sla)
    assert en_cours["MTQ"][:2] == (29 * JOUR, 0)
    sla.horloge.aller("2026-10-01T03:00-04:00")
    await sla.tache("minutes")
    assert (await lues(sla))["MTQ"][0] == 30 * JOUR
    assert await lues(sla, "2026-10") == {}
    assert await sla.tache("minutes") == 0


async def test_sla_5_une_panne_constatee_compte_aussitot_et_se_publie(sla: Banc) -> None:
    constatee = await constater(sla)
    assert constatee["portee"] == "tous"
    assert (await lues(sla))["SQ"][1] == 102 * 60
    assert (await lues(sla))[""][1] == 2 * 102 * 60
    (sortant,) = await sla.sortants("indisponibilité.constatée")
    assert sortant.donnees["indisponibilite_id"] == constatee["id"]
    assert sortant.donnees["annulee"] is False


async def test_sla_5_corrigee_puis_annulee_par_ajout(sla: Banc) -> None:
    client = sla.client("mesure")
    adresse = f"{ADRESSE}/{(await constater(sla))['id']}"
    corps = {**PANNE, "fin": "2026-09-14T08:36:00-04:00", "motif": "La fin était fausse."}
    reponse = await client.post(f"{adresse}/correction", json=corps)
    assert (reponse.status_code, reponse.json()["version"]) == (200, 2)
    assert (await lues(sla))["MTQ"][1] == 30 * 60
    redite = await client.post(f"{adresse}/correction", json=corps)
    assert (redite.status_code, redite.json()["regle"]) == (409, "SLA-5")
    reponse = await client.post(f"{adresse}/annulation", json={"motif": "La sonde se trompait."})
    assert reponse.json()["annulee"] is True
    assert (await lues(sla))["MTQ"][1] == 0
    actes = await elements(client, f"{adresse}/actes")
    assert [a["geste"] for a in actes] == ["constat", "correction", "annulation"]
    assert [a["motif"] for a in actes][1] == "La fin était fausse."
    encore = await client.post(f"{adresse}/annulation", json={"motif": "Encore."})
    assert encore.status_code == 409
    assert len(await sla.sortants("indisponibilité.constatée")) == 3


@pytest.mark.parametrize(
    ("faute", "dit"),
    [
        ({"fin": "2026-09-14T08:06:00-04:00"}, "suivre"),
        ({"fin": "2026-09-13T09:48:00-04:00"}, "suivre"),
        ({"fin": "2026-10-05T09:48:00-04:00"}, "5 octobre 2026, 9 h 48, est à venir"),
        ({"debut": "2006-09-14T08:06:00-04:00"}, "trop ancien"),
        ({"service": "telepathie"}, "n'est pas connu"),
        ({"organismes": ["ABSENT"]}, "inconnus"),
        ({"portee": "sites", "organismes": ["MTQ"]}, "sites"),
    ],
)
async def test_sla_5_un_mauvais_constat_se_refuse_et_rien_n_est_ecrit(
    sla: Banc, faute: dict[str, Any], dit: str
) -> None:
    reponse = await sla.client("mesure").post(ADRESSE, json={**PANNE, **faute})
    assert (reponse.status_code, reponse.json()["regle"]) == (409, "SLA-5")
    assert dit in reponse.json()["detail"]
    assert await elements(sla.client("mesure"), ADRESSE) == []


async def test_sla_5_la_meme_panne_ne_se_constate_pas_deux_fois(sla: Banc) -> None:
    deja = await constater(sla)
    reponse = await sla.client("mesure").post(ADRESSE, json=PANNE)
    assert reponse.status_code == 409
    assert reponse.json()["details"] == {"indisponibilite_id": deja["id"]}


async def test_sla_5_un_organisme_ne_voit_que_ce_qui_l_atteint(sla: Banc) -> None:
    commune = await constater(sla)
    autre = await constater(sla, organismes=["SQ"], fin=None)
    client = sla.client("gestionnaire", organisme="MTQ")
    assert [i["id"] for i in await elements(client, ADRESSE)] == [commune["id"]]
    assert (await client.get(f"{ADRESSE}/{autre['id']}")).status_code == 404
    assert (await client.get(f"{ADRESSE}/{autre['id']}/actes")).status_code == 404
    assert (await client.get(ADRESSE, params={"organisme": "SQ"})).status_code == 404
    sien = sla.client("gestionnaire", organisme="SQ")
    assert {i["id"] for i in await elements(sien, ADRESSE)} == {commune["id"], autre["id"]}
    ouvertes = await elements(sla.client("mesure"), ADRESSE, ouverte="true")
    assert [i["id"] for i in ouvertes] == [autre["id"]]


async def test_sla_5_un_lot_d_excel_dit_le_sort_de_chaque_ligne(sla: Banc) -> None:
    csv = (
        "Service;Début;Fin;Organismes;Motif\r\n"
        "messagerie;2026-09-14 08:06;2026-09-14 09:48;;Commutateur\r\n"
        "stockage;2026-09-15 08:00;2026-09-15 07:00;;À l'envers\r\n"
        "stockage;2026-09-16 08:00:30;2026-09-16 09:00:30;MTQ, SQ;Disque\r\n"
        "stockage;2026-09-16 08:00:30;2026-09-16 09:00:30;MTQ,SQ;Le même\r\n"
        "inconnu;2026-09-16 08:00;;;Quoi\r\n"
    )
    reponse = await sla.client("mesure").post(
        f"{ADRESSE}/lots", content=csv.encode("cp1252"), headers={"Content-Type": "text/csv"}
    )
    assert reponse.status_code == 200, reponse.text
    rendu = reponse.json()
    assert (rendu["constatees"], rendu["refusees"]) == (2, 3)
    sorts = [ligne["sort"] for ligne in rendu["lignes"]]
    assert sorts == ["constatee", "refusee", "constatee", "refusee", "refusee"]
    assert (await lues(sla))["MTQ"][1] == 102 * 60 + HEURE
    # Corrigée depuis, la ligne ne revient pas quand le lot se reprend.
    adresse = f"{ADRESSE}/{rendu['lignes'][0]['indisponibilite_id']}"
    corps = {**PANNE, "fin": "2026-09-14T08:36:00-04:00", "motif": "La fin était fausse."}
    assert (await sla.client("mesure").post(f"{adresse}/correction", json=corps)).is_success
    reprise = await sla.client("mesure").post(
        f"{ADRESSE}/lots", content=csv.encode(), headers={"Content-Type": "text/csv"}
    )
    assert (reprise.json()["constatees"], reprise.json()["refusees"]) == (0, 5)
    assert (await lues(sla))["MTQ"][1] == 30 * 60 + HEURE


async def test_sla_1_une_heure_ambigue_d_un_lot_se_refuse(sla: Banc) -> None:
    """Le 1er novembre, 1 h 30 revient deux fois : rien ne se devine."""
    sla.horloge.aller("2026-11-05T12:00-05:00")
    for debut, statut in (("2026-11-01 01:30", 422), ("2026-11-01T01:30-05:00", 200)):
        csv = f"service;debut;fin;motif\r\nstockage;{debut};2026-11-01 05:00;Disque\r\n"
        reponse = await sla.client("mesure").post(
            f"{ADRESSE}/lots", content=csv.encode(), headers={"Content-Type": "text/csv"}
        )
        assert reponse.status_code == statut, reponse.text


async def test_sla_5_un_lot_qui_ne_se_lit_pas_nomme_chaque_ligne_fautive(sla: Banc) -> None:
    csv = (
        "service;debut;fin;motif\r\n"
        "messagerie;le 14 au matin;;Disque\r\n"
        "messagerie;2026-09-14 08:06;2026-09-14 09:48;Disque\r\n"
        "Pas un code!;2026-09-14 08:06;demain;Disque\r\n"
        "stockage;2026-09-14 08:06;;\r\n"
    )
    reponse = await sla.client("mesure").post(
        f"{ADRESSE}/lots", content=csv.encode(), headers={"Content-Type": "text/csv"}
    )
    assert reponse.status_code == 422
    dites = {faute["champ"]: faute["faute"] for faute in reponse.json()["fautes"]}
    assert dites.keys() == {
        *("corps.lignes[0].debut", "corps.lignes[2].service", "corps.lignes[2].fin"),
        "corps.lignes[3].motif",
    }
    assert dites["corps.lignes[0].debut"] == "Un instant avec son fuseau est attendu."
    assert await elements(sla.client("mesure"), ADRESSE) == []


async def test_sla_5_un_signalement_ne_compte_qu_une_fois_retenu(sla: Banc) -> None:
    organisme = sla.client("gestionnaire", organisme="MTQ", sujet="lui")
    corps = {
        "service": "messagerie",
        "debut": "2026-09-15T10:00:00-04:00",
        "fin": "2026-09-15T10:40:00-04:00",
        "description": "Aucun courriel.",
    }
    reponse = await organisme.post(f"{ADRESSE}/signalements", json=corps)
    assert reponse.status_code == 201, reponse.text
    dit = reponse.json()
    assert (dit["etat"], dit["organisme"]) == ("signalee", "MTQ")
    assert (await lues(sla))["MTQ"][1] == 0
    adresse = f"{ADRESSE}/signalements/{dit['id']}"
    autre = sla.client("gestionnaire", organisme="SQ")
    assert (await autre.get(adresse)).status_code == 404
    assert (await organisme.post(f"{adresse}/retenue", json={"motif": "Oui."})).status_code == 403
    mesure = sla.client("mesure", sujet="elle")
    retenue = {"motif": "Les journaux le disent.", "fin": "2026-09-15T10:30:00-04:00"}
    reponse = await mesure.post(f"{adresse}/retenue", json=retenue)
    assert reponse.status_code == 200, reponse.text
    assert reponse.json()["etat"] == "retenue"
    assert (await lues(sla))["MTQ"][1] == 30 * 60
    assert (await lues(sla))["SQ"][1] == 0
    assert (await mesure.post(f"{adresse}/ecartement", json={"motif": "Non."})).status_code == 409
    lu = (await organisme.get(f"{ADRESSE}/{reponse.json()['indisponibilite_id']}")).json()
    assert (lu["source"], lu["organismes"]) == ("signalement", ["MTQ"])


async def test_sla_5_un_signalement_s_ecarte_ou_rejoint_ce_qui_est_deja_constate(sla: Banc) -> None:
    organisme = sla.client("gestionnaire", organisme="MTQ", sujet="lui")
    mesure = sla.client("mesure", sujet="elle")
    deja, ailleurs = await constater(sla), await constater(sla, organismes=["SQ"])
    adresses = []
    for debut in (PANNE["debut"], "2026-09-14T08:10:00-04:00"):
        corps = {"service": "messagerie", "debut": debut, "description": "Muette."}
        reponse = await organisme.post(f"{ADRESSE}/signalements", json=corps)
        adresses.append(f"{ADRESSE}/signalements/{reponse.json()['id']}")
    faux = {"motif": "Déjà là.", "indisponibilite_id": ailleurs["id"]}
    assert (await mesure.post(f"{adresses[0]}/retenue", json=faux)).status_code == 409
    juste = {"motif": "Déjà là.", "indisponibilite_id": deja["id"]}
    assert (await mesure.post(f"{adresses[0]}/retenue", json=juste)).status_code == 200
    reponse = await mesure.post(f"{adresses[1]}/ecartement", json={"motif": "Rien aux journaux."})
    assert (reponse.json()["etat"], reponse.json()["motif"]) == ("ecartee", "Rien aux journaux.")
    assert len(await elements(mesure, ADRESSE)) == 2


async def test_sla_5_un_organisme_ne_signale_pas_sans_fin(sla: Banc) -> None:
    organisme = sla.client("gestionnaire", organisme="MTQ", sujet="lui")
    debut = datetime(2026, 9, 14, 12, tzinfo=UTC)
    corps = {"service": "messagerie", "description": "Muette."}
    instants = [(debut + timedelta(minutes=n)).isoformat() for n in range(EN_ATTENTE_MAX + 1)]
    statuts = [
        (await organisme.post(f"{ADRESSE}/signalements", json={**corps, "debut": x})).status_code
        for x in instants
    ]
    assert statuts == [201] * EN_ATTENTE_MAX + [409]


async def test_sla_5_un_signalement_redit_attend_la_reponse_du_premier(sla: Banc) -> None:
    organisme = sla.client("gestionnaire", organisme="MTQ", sujet="lui")
    corps = {"service": "messagerie", "debut": PANNE["debut"], "description": "Muette."}
    adresse = f"{ADRESSE}/signalements"
    premier = (await organisme.post(adresse, json=corps)).json()
    redit = await organisme.post(adresse, json={**corps, "description": "Toujours muette."})
    assert (redit.status_code, redit.json()["regle"]) == (409, "SLA-5")
    assert redit.json()["details"] == {"signalement_id": premier["id"]}
    assert premier["id"] in redit.json()["detail"]
    sites = await organisme.post(adresse, json={**corps, "sites": ["Siège"]})
    assert sites.status_code == 201
    autre = sla.client("gestionnaire", organisme="SQ", sujet="elle")
    assert (await autre.post(adresse, json=corps)).status_code == 201
    await sla.client("mesure").post(f"{adresse}/{premier['id']}/ecartement", json={"motif": "Non."})
    assert (await organisme.post(adresse, json=corps)).status_code == 201


async def test_sla_5_deux_signalements_pareils_ensemble_n_en_font_qu_un(sla: Banc) -> None:
    organisme = sla.client("gestionnaire", organisme="MTQ", sujet="lui")
    corps = {"service": "messagerie", "debut": PANNE["debut"], "description": "Muette."}
    recus = await asyncio.gather(
        *(organisme.post(f"{ADRESSE}/signalements", json=corps) for _ in range(4))
    )
    assert sorted(r.status_code for r in recus) == [201, 409, 409, 409]


async def test_dem_14_un_organisme_inactif_cesse_de_compter(sla: Banc) -> None:
    fait = demandes.OrganismeModifie(
        organisme="SQ",
        nom="SQ",
        assujetti_rcti=False,
        inactivites=(demandes.Inactivite(debut=datetime(2026, 9, 11, 4, tzinfo=UTC)),),
    )
    await sla.recevoir_messages([sla.message(fait)] * 2)
    await sla.tache("minutes")
    comptees = await lues(sla)
    assert comptees["SQ"][0] == 10 * JOUR
    assert comptees[""][0] == 39 * JOUR


async def test_sla_5_la_disponibilite_d_un_mois_s_explique(sla: Banc) -> None:
    await constater(sla)
    samedi = {"debut": "2026-09-19T08:00:00-04:00", "fin": "2026-09-19T09:00:00-04:00"}
    await constater(sla, **samedi, nature="maintenance", motif="Mise à jour.")
    client = sla.client("gestionnaire", organisme="MTQ")
    (ligne,) = await elements(client, "/v1/disponibilites", periode="2026-09")
    adresse = f"/v1/disponibilites/{ligne['id']}"
    assert (await client.get(adresse)).json() == ligne
    reponse = await client.get(f"{adresse}/explication")
    assert reponse.status_code == 200, reponse.text
    dit = reponse.json()
    for nom in ("service", "panne", "service_ajuste", "panne_ajuste", "jusqua"):
        assert dit[nom] == ligne[nom]
    assert (dit["panne"], dit["panne_ajuste"]) == (102 * 60 + HEURE, 102 * 60)
    assert [p["nature"] for p in dit["pannes"]] == ["panne", "maintenance"]
    assert dit["pannes"][1]["ajustee"] == []
    assert {s["code"] for s in dit["services"]} == {"messagerie", "stockage"}
    assert sum(p["secondes"] for p in dit["exclues"]) == dit["service"] - dit["service_ajuste"]
    page = await client.get(f"{adresse}/explication", headers={"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert "de panne, sur" in page.text
    autre = sla.client("gestionnaire", organisme="SQ")
    assert (await autre.get(f"{adresse}/explication")).status_code == 404
    (tous,) = [
        x
        for x in await elements(sla.client("mesure"), "/v1/disponibilites", periode="2026-09")
        if x["organisme"] is None
    ]
    refus = await sla.client("mesure").get(f"/v1/disponibilites/{tous['id']}/explication")
    assert (refus.status_code, refus.json()["regle"]) == (409, "SLA-5")


async def test_sla_5_un_service_ne_plus_tot_ouvre_les_mois_d_avant(sla: Banc) -> None:
    assert await lues(sla, "2026-03") == {}
    await inscrire(sla, "RAMQ", le="2026-01-15T09:00-05:00")
    neuf = {"code": "intranet", "libelle": "Intranet", "debut": "2026-02-10"}
    assert (await sla.client("mesure").post("/v1/services", json=neuf)).status_code == 201
    elargie = fiche(pt_4(couvre=si("service", "intranet", "stockage")), version=2)
    await sla.recevoir_messages(messages_de_fiches(sla, [elargie]))
    await sla.tache("minutes")
    assert (await lues(sla, "2026-02"))["RAMQ"][:2] == (19 * JOUR, 0)
    assert (await lues(sla, "2026-03"))["RAMQ"][0] == 31 * JOUR - HEURE


async def test_sla_3_une_fiche_nouvelle_recompte_les_mois_qu_elle_regit(sla: Banc) -> None:
    """Publier suffit : PT-5 naît sans une ligne de code, et PT-4 perd un service."""
    await constater(sla)
    pt_5 = pt_4(code="PT-5", conditions=())
    neuve = fiche(pt_4(couvre=si("service", "stockage")), pt_5, version=2)
    await sla.recevoir_messages(messages_de_fiches(sla, [neuve]))
    await sla.tache("minutes")
    client = sla.client("mesure")
    lignes = await elements(client, "/v1/disponibilites", periode="2026-09", organisme="MTQ")
    assert {x["indicateur"]: x["panne"] for x in lignes} == {"PT-4": 0, "PT-5": 102 * 60}

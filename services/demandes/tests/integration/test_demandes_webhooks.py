"""Les webhooks sortants : signés, repris, mis de côté, rejoués (DEM-10)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook

from contrats.demandes import DemandeAnnulee, DemandePriseEnCharge
from demandes.webhooks.adaptateurs.vues import conservation
from outils.essais.banc import Banc
from services.demandes.tests.abonne import PUBLIQUE, abonne, abonner, annulee
from services.demandes.tests.parcours import Parcours
from socle.conservation import LOT, purger
from socle.exploitation.mesures import Mesures
from socle.identifiants import uuid7
from socle.reglages import Reglages
from socle.surveillance.jauges import jauges_de_base

pytestmark = pytest.mark.integration


@pytest.fixture
async def parcours(banc: Callable[..., Awaitable[Banc]]) -> Parcours:
    return await Parcours.monter(await banc("demandes", webhooks_reseaux_permis="127.0.0.0/8"))


async def envois(parcours: Parcours, webhook: dict[str, Any]) -> list[dict[str, Any]]:
    reponse = await parcours.csc.get(f"/v1/webhooks/{webhook['id']}/envois")
    liste: list[dict[str, Any]] = reponse.json()["elements"]
    return liste[::-1]


async def faire_echoir(parcours: Parcours) -> None:
    """Le temps passe : les attentes et les repos sont finis."""
    async with parcours.banc.interne() as connexion:
        await connexion.ecrire(text("UPDATE webhook_envois SET prochain_essai = '2000-01-01Z'"))
        await connexion.ecrire(text("UPDATE webhooks SET pause_jusqua = NULL"))


async def test_dem_10_l_envoi_est_du_cloudevents_signe(parcours: Parcours) -> None:
    async with abonne() as recepteur:
        webhook = await abonner(parcours, recepteur.url, types=["demande.annulée"])
        message = parcours.banc.message(annulee())
        prise = DemandePriseEnCharge(organisme="MTQ", demande_id=uuid7())
        await parcours.banc.recevoir_messages([message, parcours.banc.message(prise)])
        assert await parcours.banc.tache("webhooks") == 1
    ((en_tetes, corps),) = recepteur.recus
    evenement = Webhook(webhook["secret"]).verify(corps, en_tetes)
    assert evenement["type"] == "demande.annulée"
    assert evenement["id"] == en_tetes["webhook-id"] == str(message.identifiant)
    assert evenement["data"]["organisme"] == "MTQ"
    assert evenement["time"] == "2026-09-01T13:00:00Z"
    (envoi,) = await envois(parcours, webhook)
    assert (envoi["etat"], envoi["essais"], envoi["statut"]) == ("livre", 1, 204)


async def test_dem_10_un_evenement_repete_ne_part_qu_une_fois(parcours: Parcours) -> None:
    async with abonne() as recepteur:
        webhook = await abonner(parcours, recepteur.url)
        message = parcours.banc.message(annulee())
        await parcours.banc.recevoir_messages([message])
        async with parcours.banc.interne() as connexion:
            await connexion.ecrire(text("DELETE FROM socle_inbox"))
        await parcours.banc.recevoir_messages([message])
        assert await parcours.banc.tache("webhooks") == 1
    assert len(await envois(parcours, webhook)) == 1


async def test_dem_10_le_meme_identifiant_a_chaque_essai_et_les_reprises_s_espacent(
    parcours: Parcours,
) -> None:
    async with abonne(
        reponses=[b"503 Non", b"302 Ailleurs\r\nlocation: /", b"200 OK"]
    ) as recepteur:
        webhook = await abonner(parcours, recepteur.url)
        await parcours.banc.recevoir(annulee())
        for etat in ("a_envoyer", "a_envoyer", "livre"):
            assert await parcours.banc.tache("webhooks") == 1
            assert await parcours.banc.tache("webhooks") == 0
            assert (await envois(parcours, webhook))[0]["etat"] == etat
            await faire_echoir(parcours)
    assert len({en_tetes["webhook-id"] for en_tetes, _ in recepteur.recus}) == 1
    assert len(recepteur.recus) == 3


async def test_dem_10_quarantaine_apres_le_dernier_essai_puis_rejeu(parcours: Parcours) -> None:
    async with abonne(reponses=[b"500 Non"]) as recepteur:
        webhook = await abonner(parcours, recepteur.url)
        await parcours.banc.recevoir(annulee())
        for _ in range(10):
            assert await parcours.banc.tache("webhooks") == 1
            await faire_echoir(parcours)
        chemin = f"/v1/webhooks/{webhook['id']}"
        assert (await parcours.csc.get(chemin)).json()["etat"] == "quarantaine"
        await parcours.banc.recevoir(annulee())
        assert await parcours.banc.tache("webhooks") == 0
        assert [e["etat"] for e in await envois(parcours, webhook)] == ["abandonne", "a_envoyer"]

        recepteur.reponses = [b"200 OK"]
        rejeu = await parcours.csc.post(f"{chemin}/rejeu", json={})
        assert rejeu.json() == {"envois": 2}
        assert await parcours.banc.tache("webhooks") == 2
        assert (await parcours.csc.get(chemin)).json()["etat"] == "actif"
        tout = await parcours.csc.post(f"{chemin}/rejeu", json={"depuis": "2020-01-01T00:00:00Z"})
        assert tout.json() == {"envois": 2}
    identifiants = [en_tetes["webhook-id"] for en_tetes, _ in recepteur.recus]
    assert len(set(identifiants)) == 2


async def test_dem_10_410_desactive_l_abonne(parcours: Parcours) -> None:
    async with abonne(reponses=[b"410 Parti"]) as recepteur:
        webhook = await abonner(parcours, recepteur.url)
        await parcours.banc.recevoir(annulee())
        await parcours.banc.tache("webhooks")
        chemin = f"/v1/webhooks/{webhook['id']}"
        lu = await parcours.csc.get(chemin)
        assert lu.json()["etat"] == "desactive"
        assert (await parcours.csc.post(f"{chemin}/rejeu", json={})).status_code == 409
        reactive = await parcours.csc.patch(
            chemin, json={"actif": True}, headers={"If-Match": lu.headers["etag"]}
        )
        assert reactive.json()["etat"] == "actif"
        encore = await parcours.csc.patch(
            chemin, json={"actif": True}, headers={"If-Match": reactive.headers["etag"]}
        )
        assert encore.headers["etag"] == reactive.headers["etag"], "rien n'a changé"


async def test_dem_10_un_abonne_lent_n_arrete_pas_les_autres(parcours: Parcours) -> None:
    async with abonne(attente=2.0) as lent, abonne() as vif:
        await abonner(parcours, lent.url)
        await abonner(parcours, vif.url)
        for _ in range(3):
            await parcours.banc.recevoir(annulee())
        travail = asyncio.create_task(parcours.banc.tache("webhooks"))
        await asyncio.wait_for(vif.servi(3), 1.9)
        assert len(lent.recus) == 1
        assert await travail == 6


async def test_dem_10_l_ordre_par_agregat_tient_malgre_les_echecs(parcours: Parcours) -> None:
    async with abonne(reponses=[b"500 Non", b"200 OK"]) as recepteur:
        await abonner(parcours, recepteur.url)
        demande = uuid7()
        await parcours.banc.recevoir(
            DemandePriseEnCharge(organisme="MTQ", demande_id=demande),
            DemandeAnnulee(organisme="MTQ", demande_id=demande),
        )
        await parcours.banc.tache("webhooks")
        await faire_echoir(parcours)
        await parcours.banc.tache("webhooks")
    types = [json.loads(corps)["type"] for _, corps in recepteur.recus]
    assert types == ["demande.prise_en_charge"] * 2 + ["demande.annulée"]


async def test_dem_10_l_abonne_d_un_organisme_ne_recoit_que_les_siens(parcours: Parcours) -> None:
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    corps = {"url": PUBLIQUE}
    cree = await gestionnaire.post("/v1/webhooks", json=corps)
    assert cree.json()["organisme"] == "MTQ"
    autre = await gestionnaire.post("/v1/webhooks", json={**corps, "organisme": "SQ"})
    assert autre.status_code == 404
    await parcours.banc.recevoir(annulee("SQ"), annulee("MTQ"))
    chemin = f"/v1/webhooks/{cree.json()['id']}/envois"
    assert len((await gestionnaire.get(chemin)).json()["elements"]) == 1
    voisin = parcours.banc.client("gestionnaire", organisme="SQ")
    assert (await voisin.get(f"/v1/webhooks/{cree.json()['id']}")).status_code == 404
    assert (await voisin.get("/v1/webhooks")).json()["elements"] == []
    assert "secret" not in (await gestionnaire.get("/v1/webhooks")).text


async def test_dem_10_les_reseaux_permis_ne_le_sont_qu_aux_abonnes_du_mcn(
    parcours: Parcours,
) -> None:
    """Le réglage ouvre le réseau de l'ITSM; un organisme n'y fait rien porter."""
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    async with abonne() as le_sien, abonne() as du_mcn:
        cree = await gestionnaire.post("/v1/webhooks", json={"url": "https://abonne.example/"})
        await parcours.csc.post("/v1/webhooks", json={"url": PUBLIQUE, "organisme": "MTQ"})
        # Une adresse acceptée quand les règles étaient plus larges ne s'en joint pas mieux.
        async with parcours.banc.interne() as cx:
            await cx.ecrire(text("UPDATE webhooks SET url = :url"), {"url": le_sien.url})
        await abonner(parcours, du_mcn.url)
        await parcours.banc.recevoir(annulee("MTQ"))
        assert await parcours.banc.tache("webhooks") == 3
    assert (len(le_sien.recus), len(du_mcn.recus)) == (0, 1)
    chemin = f"/v1/webhooks/{cree.json()['id']}/envois"
    (envoi,) = (await gestionnaire.get(chemin)).json()["elements"]
    assert "pas permise" in envoi["erreur"]


async def test_dem_10_deux_signatures_durant_une_rotation(parcours: Parcours) -> None:
    async with abonne() as recepteur:
        webhook = await abonner(parcours, recepteur.url)
        tourne = await parcours.csc.post(f"/v1/webhooks/{webhook['id']}/rotation", json={})
        await parcours.banc.recevoir(annulee())
        await parcours.banc.tache("webhooks")
    ((en_tetes, corps),) = recepteur.recus
    for secret in (webhook["secret"], tourne.json()["secret"]):
        assert Webhook(secret).verify(corps, en_tetes)


async def test_dem_10_une_adresse_interdite_n_est_jamais_jointe(
    banc: Callable[..., Awaitable[Banc]],
) -> None:
    parcours = await Parcours.monter(await banc("demandes", webhooks_reseaux_permis="10.0.0.0/8"))
    async with abonne() as recepteur:
        webhook = await abonner(parcours, recepteur.url.replace("127.0.0.1", "localhost"))
        await parcours.banc.recevoir(annulee())
        await parcours.banc.tache("webhooks")
        (envoi,) = await envois(parcours, webhook)
    assert recepteur.recus == []
    assert "AdresseInterdite" in envoi["erreur"]
    assert (await parcours.creer())["etat"] == "creee"


async def test_dem_10_un_abonne_absent_n_arrete_pas_la_prise_de_demandes(
    parcours: Parcours,
) -> None:
    await abonner(parcours, "http://127.0.0.1:1029/ferme")
    await parcours.banc.recevoir(annulee())
    assert await parcours.banc.tache("webhooks") == 1
    assert (await parcours.creer())["etat"] == "creee"


async def test_dem_10_une_histoire_relue_ne_se_renvoie_pas(parcours: Parcours) -> None:
    async with abonne() as recepteur:
        avant = parcours.banc.message(annulee())
        parcours.banc.horloge.aller("2026-09-02T12:00Z")
        webhook = await abonner(parcours, recepteur.url)
        await parcours.banc.recevoir_messages([avant])
        apres = parcours.banc.message(annulee())
        parcours.banc.horloge.aller("2026-10-15T12:00Z")
        await parcours.banc.recevoir_messages([apres])
        assert await parcours.banc.tache("webhooks") == 0
        assert await envois(parcours, webhook) == []


async def purger_les_envois(parcours: Parcours) -> int:
    return await purger(parcours.banc.moteur_interne, conservation(Reglages()))


async def test_un_envoi_s_oublie_apres_trente_jours(parcours: Parcours) -> None:
    async with abonne() as recepteur:
        webhook = await abonner(parcours, recepteur.url)
        await parcours.banc.recevoir(annulee())
        await parcours.banc.tache("webhooks")
        await parcours.banc.recevoir(annulee())
        assert await purger_les_envois(parcours) == 0
        async with parcours.banc.interne() as connexion:
            await connexion.ecrire(
                text("UPDATE webhook_envois SET livre_le = '2000-01-01Z' WHERE essais > 0")
            )
        assert await purger_les_envois(parcours) == 1
        assert [envoi["etat"] for envoi in await envois(parcours, webhook)] == ["a_envoyer"]


async def test_les_envois_s_oublient_par_petits_lots(parcours: Parcours) -> None:
    """Un arriéré de purge ne se supprime pas d'un seul coup."""
    async with abonne() as recepteur:
        await abonner(parcours, recepteur.url)
        async with parcours.banc.interne() as connexion:
            await connexion.ecrire(text(_VIEUX_ENVOIS), {"nombre": LOT + 1})
        premier = await purger_les_envois(parcours)
        second = await purger_les_envois(parcours)
    assert (premier, second) == (LOT, 1)


_VIEUX_ENVOIS = """
INSERT INTO webhook_envois
    (webhook_id, evenement_id, type, cle, corps, etat, essais, prochain_essai, livre_le)
SELECT w.id, gen_random_uuid(), 't', 'k', '', 'livre', 1, '2000-01-01Z', '2000-01-01Z'
FROM webhooks w, generate_series(1, :nombre)
"""


@pytest.mark.parametrize(
    "champs",
    [
        {"url": "ftp://x.example/"},
        {"url": "https://u:p@x.example/"},
        {"url": "https://u@x.example/"},
        {"url": "https://x.example/#"},
        {"url": "https://x.example/#a"},
        {"url": "https://x.example:0/"},
        {"url": "https://x.example:25/"},
        {"url": "https://x.example:22/"},
        {"url": "https://x..example/"},
        {"url": f"https://{'a' * 64}.example/"},
        {"url": f"https://{'a.' * 130}example/"},
        {"url": "https://x.example/" + "a" * 2_000},
        {"url": "https://xn--a.example/"},
        {"url": "https://x.example/", "types": ["inconnu"]},
        {"url": "pas une adresse"},
    ],
)
async def test_un_abonnement_mal_forme_est_un_422(
    parcours: Parcours, champs: dict[str, Any]
) -> None:
    reponse = await parcours.csc.post("/v1/webhooks", json=champs)
    assert reponse.status_code == 422


async def test_dem_10_l_exploitant_voit_les_differes_les_envois_et_la_quarantaine(
    parcours: Parcours,
) -> None:
    b = parcours.banc
    mesures = Mesures("demandes")
    mesures.actualisations.append(jauges_de_base(b.moteur_interne, mesures, b.service.jauges))
    demande = await parcours.creer()
    await abonner(parcours, "https://abonne.exemple.gouv.qc.ca/recu")
    await b.recevoir(annulee(), annulee("SQ"))
    async with b.interne() as connexion:
        await connexion.ecrire(text(_ACTE_DIFFERE), {"demande": demande["id"]})
        await connexion.ecrire(text("UPDATE webhooks SET etat = 'quarantaine'"))
    lignes = (await mesures.exposer()).decode().splitlines()
    assert 'sbg_demandes_actes_differes{service="demandes"} 1.0' in lignes
    assert 'sbg_demandes_envois_en_attente{service="demandes"} 2.0' in lignes
    assert 'sbg_demandes_abonnes_en_quarantaine{service="demandes"} 1.0' in lignes


_ACTE_DIFFERE = """
INSERT INTO actes_itsm (id, organisme, demande_id, geste, survenu_le, travaux, recu_le, sort)
VALUES ('a', 'MTQ', :demande, 'suspension', '2026-09-01T13:00Z', '[]', '2026-09-01T13:00Z',
        'differe')
"""

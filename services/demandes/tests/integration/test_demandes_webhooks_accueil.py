"""Abonner : ce qu'on accepte, et une clé qui ne se montre et ne se garde qu'une fois (DEM-10)."""

import asyncio
import base64
import importlib.util
import json
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from standardwebhooks.webhooks import Webhook

from demandes.dictionnaire import DICTIONNAIRE
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.demandes.tests.abonne import PUBLIQUE, abonne, abonner, annulee
from services.demandes.tests.itsm import NEUVE
from services.demandes.tests.parcours import Parcours
from socle.execution.idempotence import Reponse

pytestmark = pytest.mark.integration
MIGRATION = next((Path(__file__).parents[2] / "migrations").rglob("*_secrets_chiffres.py"))
BOUCLE = "127.0.0.0/8"


def cle(nom: str) -> str:
    return f"{nom}:{base64.b64encode(os.urandom(32)).decode()}"


async def tout_lire(b: Banc, requete: str) -> list[Any]:
    async with b.interne() as cx:
        return await cx.colonne(text(requete))


@pytest.fixture
async def parcours(banc: MonterBanc) -> Parcours:
    reglages = {"webhooks_reseaux_permis": BOUCLE, "webhooks_par_organisme": 3}
    return await Parcours.monter(await banc("demandes", **reglages))


async def test_dem_10_ce_qui_ne_se_livrera_jamais_se_refuse(parcours: Parcours) -> None:
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    for corps in (
        {"url": "http://abonne.example/"},
        {"url": "https://abonne.example:9443/"},
        {"url": "https://10.0.0.1/"},
        {"url": PUBLIQUE, "types": ["fiche.publiée"]},
    ):
        refus = await gestionnaire.post("/v1/webhooks", json=corps)
        assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-10"), corps
        du_mcn = await parcours.csc.post("/v1/webhooks", json={**corps, "organisme": "MTQ"})
        assert du_mcn.status_code == 409
    assert (await gestionnaire.get("/v1/webhooks")).json()["elements"] == []
    cree = await gestionnaire.post("/v1/webhooks", json={"url": PUBLIQUE})
    chemin, en_tetes = f"/v1/webhooks/{cree.json()['id']}", {"If-Match": cree.headers["etag"]}
    for change in ({"url": "http://abonne.example/"}, {"types": ["produit.inscrit"]}):
        refus = await gestionnaire.patch(chemin, json=change, headers=en_tetes)
        assert (refus.status_code, refus.json()["regle"]) == (409, "DEM-10")
    # Le MCN, lui, reçoit tout, et dans ses réseaux permis.
    await abonner(parcours, "http://127.0.0.1:8080/", types=["fiche.publiée"])


async def test_dem_10_les_abonnes_d_un_organisme_sont_bornes(parcours: Parcours) -> None:
    """Trois par le réglage, même demandés ensemble; désactivé, un abonné rend sa place."""
    gestionnaire = parcours.banc.client("gestionnaire", organisme="MTQ")
    voisin = parcours.banc.client("gestionnaire", organisme="SQ")
    rendus = await asyncio.gather(
        *(gestionnaire.post("/v1/webhooks", json={"url": PUBLIQUE}) for _ in range(8))
    )
    crees = [r for r in rendus if r.status_code == 201]
    assert len(crees) == 3
    refus = next(r for r in rendus if r.status_code == 409)
    assert (refus.json()["regle"], refus.json()["details"]) == ("DEM-10", {"plafond": 3})
    assert (await voisin.post("/v1/webhooks", json={"url": PUBLIQUE})).status_code == 201
    await abonner(parcours, PUBLIQUE)

    chemin = f"/v1/webhooks/{crees[0].json()['id']}"
    en_tetes = {"If-Match": crees[0].headers["etag"]}
    retire = await gestionnaire.patch(chemin, json={"actif": False}, headers=en_tetes)
    assert retire.json()["etat"] == "desactive"
    assert (await gestionnaire.post("/v1/webhooks", json={"url": PUBLIQUE})).status_code == 201
    en_tetes = {"If-Match": retire.headers["etag"]}
    revenu = await gestionnaire.patch(chemin, json={"actif": True}, headers=en_tetes)
    assert revenu.status_code == 409
    change = await gestionnaire.patch(chemin, json={"types": []}, headers=en_tetes)
    assert change.status_code == 200


async def test_dem_10_la_cle_ne_se_montre_ni_ne_se_garde_deux_fois(parcours: Parcours) -> None:
    b, en_tetes = parcours.banc, {"Idempotency-Key": uuid4().hex}
    montrees, webhook_id = [], ""
    for chemin, corps in (("", {"url": PUBLIQUE}), ("/{}/rotation", {})):
        ou = "/v1/webhooks" + chemin.format(webhook_id)
        premiere = await parcours.csc.post(ou, json=corps, headers=en_tetes)
        repetee = await parcours.csc.post(ou, json=corps, headers=en_tetes)
        assert (premiere.status_code, premiere.headers["etag"]) == (
            repetee.status_code,
            repetee.headers["etag"],
        )
        assert premiere.json() | {"secret": None} == repetee.json()
        montrees.append(premiere.json()["secret"])
        webhook_id = premiere.json()["id"]
    assert all(montree.startswith("whsec_") for montree in montrees)
    assert len(set(montrees)) == 2
    gardes = await tout_lire(b, "SELECT unnest(secrets) FROM webhooks")
    async with b.interne() as cx:
        reponses = await cx.lignes(text("SELECT statut, en_tetes, corps FROM socle_idempotence"))
    gardes += [Reponse.relire(r.statut, r.en_tetes, r.corps, DICTIONNAIRE).corps for r in reponses]
    assert any(b'"secret":null' in garde for garde in gardes if isinstance(garde, bytes))
    gardes += await tout_lire(b, "SELECT a::text FROM socle_audit a")
    gardes += await tout_lire(b, "SELECT o::text FROM socle_outbox o")
    assert len(gardes) > 6
    for montree in montrees:
        assert not any(montree[6:] in str(garde) for garde in gardes)


async def test_dem_10_changer_de_cle_de_chiffrement_n_interrompt_rien(banc: MonterBanc) -> None:
    vieille, neuve = cle("2026"), cle("2027")
    b = await banc("demandes", webhooks_reseaux_permis=BOUCLE, webhooks_cles=vieille)
    parcours = await Parcours.monter(b)
    async with abonne() as recepteur:
        webhooks = [await abonner(parcours, recepteur.url) for _ in range(3)]
        # Un abonné d'avant le chiffrement, et un dont la clé est celle d'un autre.
        async with b.interne() as cx:
            for requete, valeurs in (
                ("secrets = ARRAY[:v]", {"v": webhooks[0]["secret"], "id": webhooks[0]["id"]}),
                (
                    "secrets = (SELECT secrets FROM webhooks WHERE id = :v)",
                    {"v": webhooks[1]["id"], "id": webhooks[2]["id"]},
                ),
            ):
                await cx.ecrire(text(f"UPDATE webhooks SET {requete} WHERE id = :id"), valeurs)
        cles = tuple(SecretStr(c) for c in (neuve, vieille))
        b.roles.reglages = b.roles.reglages.model_copy(update={"webhooks_cles": cles})
        await b.recevoir(annulee())
        assert await b.tache("webhooks") == 3
        assert await b.tache("chiffrer-secrets") == 2
        assert await b.tache("chiffrer-secrets") == 0
        debuts = await tout_lire(b, "SELECT split_part(unnest(secrets), ':', 1) FROM webhooks")
        assert sorted(debuts) == ["2026", "2027", "2027"]
        await b.recevoir(annulee())
        await b.tache("webhooks")
    assert len(recepteur.recus) == 4
    for webhook, (en_tetes, corps) in zip(
        sorted(webhooks[:2] * 2, key=lambda w: w["secret"]),
        sorted(recepteur.recus, key=lambda recu: _cle_de(webhooks, recu)),
        strict=True,
    ):
        assert Webhook(webhook["secret"]).verify(corps, en_tetes)
    envois = await parcours.csc.get(f"/v1/webhooks/{webhooks[2]['id']}/envois")
    assert "illisible" in envois.json()["elements"][-1]["erreur"]
    versions = await tout_lire(b, "SELECT version FROM webhooks")
    assert versions == [1, 1, 1]


def _cle_de(webhooks: list[dict[str, Any]], recu: tuple[dict[str, str], bytes]) -> str:
    """La clé qui a signé cet envoi."""
    for webhook in webhooks:
        try:
            Webhook(webhook["secret"]).verify(recu[1], recu[0])
        except Exception:  # noqa: BLE001, S112 -- une autre clé
            continue
        return str(webhook["secret"])
    raise AssertionError(recu)


async def test_dem_10_les_reponses_deja_gardees_se_taisent_a_la_migration(
    parcours: Parcours,
) -> None:
    b = parcours.banc
    specification = importlib.util.spec_from_file_location("secrets_chiffres", MIGRATION)
    assert specification is not None
    assert specification.loader is not None
    migration = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(migration)
    en_tetes = {"Idempotency-Key": "la-mienne"}
    cree = (
        await parcours.csc.post("/v1/webhooks", json={"url": PUBLIQUE}, headers=en_tetes)
    ).json()
    async with b.interne() as cx:
        await cx.ecrire(
            text(
                "UPDATE socle_idempotence SET en_tetes = '{}', corps = :corps"
                " WHERE cle = 'la-mienne'"
            ),
            {"corps": json.dumps(cree).encode()},
        )
        await cx.pilote.execute(migration._TAIRE)
    repetee = await parcours.csc.post("/v1/webhooks", json={"url": PUBLIQUE}, headers=en_tetes)
    assert repetee.json() == cree | {"secret": None}


async def test_dem_10_en_production_sans_cle_de_chiffrement_on_ne_demarre_pas(
    banc: MonterBanc,
) -> None:
    b = await banc("demandes", itsm_secrets=NEUVE)
    b.roles.reglages = b.roles.reglages.model_copy(update={"mode": "production"})
    with pytest.raises(ValueError, match="SBG_WEBHOOKS_CLES est requis"):
        b.roles.applications(b.moteur_api)
    with pytest.raises(ValueError, match="SBG_WEBHOOKS_CLES est requis"):
        _ = b.roles.taches
    assert b.roles.reception(b.moteur_interne, b.contexte.mesures) is not None

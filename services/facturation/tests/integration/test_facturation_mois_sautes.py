"""Un mois jamais émis ne se ferme pas sans qu'on le dise (FAC-6), sur PostgreSQL réel."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from facturation.emissions.entrees import commandes
from noyau import Acteur, Mois
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    facture,
    jour,
    livraison,
    organisme,
    planter,
)

pytestmark = pytest.mark.integration
OCTOBRE, NOVEMBRE = "2026-10", "2026-11"


async def au_premier_decembre(banc: MonterBanc) -> Banc:
    """Septembre émis pour MTQ et RAMQ; on est au 1er décembre, octobre ne l'est pas."""
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    for code in ("MTQ", "RAMQ"):
        await b.recevoir(livraison(uuid4(), code=code), survenu_le=a(jour(1)))
    b.horloge.aller("2026-12-01T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    await executer(b)
    return b


async def demander(b: Banc, **corps: Any) -> httpx.Response:
    demande: dict[str, Any] = {"periode": NOVEMBRE, **corps}
    return await b.client("facturation").post("/v1/executions", json=demande)


async def test_fac_6_sauter_octobre_sans_le_dire_se_refuse(banc: MonterBanc) -> None:
    b = await au_premier_decembre(banc)
    for corps in ({}, {"organisme": "MTQ"}, {"approuves_seulement": True}):
        refus = await demander(b, **corps)
        assert refus.status_code == 409, refus.text
        probleme = refus.json()
        assert probleme["regle"] == "FAC-6"
        assert probleme["detail"].startswith("2026-10 : jamais émis pour MTQ")
        assert probleme["details"]["a_sauter"] == [OCTOBRE]
    assert len((await b.client("facturation").get("/v1/executions")).json()["elements"]) == 1
    # L'un après l'autre, rien n'est à dire.
    for periode, numero in ((OCTOBRE, "000003"), (NOVEMBRE, "000005")):
        assert (await executer(b, periode))["sautes"] == []
        document = await facture(b, f"2026-2027-{numero}")
        assert {x["periode"] for x in document["lignes"]} == {periode}


async def test_fac_6_dit_le_mois_saute_va_au_suivant_et_l_execution_le_garde(
    banc: MonterBanc,
) -> None:
    b = await au_premier_decembre(banc)
    execution = await executer(b, NOVEMBRE, sauter=[OCTOBRE])
    assert execution["sautes"] == [OCTOBRE]
    (listee, _) = (await b.client("facturation").get("/v1/executions")).json()["elements"]
    assert listee["sautes"] == [OCTOBRE]
    document = await facture(b, "2026-2027-000003")
    assert {x["periode"] for x in document["lignes"]} == {OCTOBRE, NOVEMBRE}
    tableau = await b.client("facturation").get("/v1/tableau-du-mois", params={"periode": OCTOBRE})
    comptes = {c["rubrique"]: c["nombre"] for c in tableau.json()["constats"]}
    assert comptes["a_approuver"] == 0, "sauté, il n'y a plus d'aperçu à en approuver"
    # Fermé pour de bon.
    (sort, _) = (await executer(b, OCTOBRE))["sorts"]
    assert sort["etat"] == "en_attente"
    assert "2026-10 est fermée" in sort["raison"]


async def test_fac_6_on_dit_exactement_ce_qui_se_saute(banc: MonterBanc) -> None:
    b = await au_premier_decembre(banc)
    for sauter in (["2026-09"], ["2026-09", OCTOBRE], [OCTOBRE, NOVEMBRE], ["2027-01"]):
        refus = await demander(b, sauter=sauter)
        assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-6")
        assert "rien à sauter" in refus.json()["detail"]
    assert (await demander(b, periode=OCTOBRE, sauter=["2026-09"])).status_code == 409
    for mal in ("2026-10", ["octobre"], [10], [OCTOBRE] * 241, None):
        assert (await demander(b, sauter=mal)).status_code == 422
    assert (await demander(b, sauter=[OCTOBRE, OCTOBRE])).status_code == 202


async def test_fac_6_seul_attend_l_organisme_a_qui_un_mois_manque(banc: MonterBanc) -> None:
    """Mis de côté en octobre, il n'arrête pas novembre des autres, ni ne perd octobre."""
    b = await au_premier_decembre(banc)
    await b.recevoir(livraison(uuid4(), code="INCONNU"), survenu_le=a(jour(5, 10)))
    octobre = await executer(b, OCTOBRE)
    assert [s["etat"] for s in octobre["sorts"]] == ["en_attente", "emise", "emise"]
    await b.recevoir(organisme("INCONNU"))
    novembre = await executer(b, NOVEMBRE)
    assert [s["etat"] for s in novembre["sorts"]] == ["en_attente", "emise", "emise"]
    assert novembre["sorts"][0]["raison"].startswith("2026-10 : jamais émis pour INCONNU.")
    # Demandé pour lui seul, c'est un refus.
    assert (await demander(b, organisme="INCONNU")).status_code == 409
    for suivie, periode in ((octobre, OCTOBRE), (novembre, NOVEMBRE)):
        await b.client("facturation").post(f"/v1/executions/{suivie['id']}/reprise")
        await b.tache("emissions")
        lue = (await b.client("facturation").get(f"/v1/executions/{suivie['id']}")).json()
        document = await facture(b, lue["sorts"][0]["numero"])
        assert {x["periode"] for x in document["lignes"]} == {periode}


async def test_fac_6_un_organisme_venu_apres_coup_ne_saute_rien(banc: MonterBanc) -> None:
    """Octobre est émis pour tous : son fait tardif va à la période ouverte (FAC-7)."""
    b = await au_premier_decembre(banc)
    await executer(b, OCTOBRE)
    await b.recevoir(organisme("NEUF"), livraison(uuid4(), code="NEUF"), survenu_le=a(jour(20, 10)))
    novembre = await executer(b, NOVEMBRE)
    assert {s["etat"] for s in novembre["sorts"]} == {"emise"}


async def test_fac_6_la_ligne_de_commande_l_exige_et_le_dit_de_meme(banc: MonterBanc) -> None:
    b = await au_premier_decembre(banc)
    contexte, dit = replace(b.contexte, acteur=Acteur("exploitation:camille")), list[str]()
    novembre, octobre = Mois(2026, 11), Mois(2026, 10)
    assert not await commandes.emettre(contexte, dit.append, novembre, detacher=True)
    assert dit == [(await demander(b)).json()["detail"]]
    assert await commandes.emettre(contexte, dit.append, novembre, sauter=[octobre], detacher=True)
    assert dit[-1].endswith("demandée.")
    # Redite, c'est la même; sans le dire, c'en est une autre, et elle se refuse.
    await commandes.emettre(contexte, dit.append, novembre, sauter=[octobre], detacher=True)
    assert dit[-1].endswith("déjà demandée.")

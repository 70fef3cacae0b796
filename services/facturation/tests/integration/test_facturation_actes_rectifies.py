"""DEM-13 : ce que l'on rectifie, des événements reçus à la facture suivante."""

import asyncio
from datetime import datetime
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from contrats import demandes
from facturation.main import service
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    facture,
    fermer_septembre,
    jour,
    livraison,
    perte,
    planter,
    rectification,
    recuperation,
    travail,
)
from socle.bus.enveloppe import Message

pytestmark = pytest.mark.integration


async def _abonnements(b: Banc, **filtre: Any) -> list[tuple[str, str | None]]:
    """(début, fin) de chaque abonnement listé."""
    reponse = await b.client("facturation").get("/v1/abonnements", params=filtre)
    return [(x["debut"], x["fin"]) for x in reponse.json()["elements"]]


async def _octobre(b: Banc) -> list[dict[str, Any]]:
    """Émet octobre; ses lignes d'une période passée."""
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    (sort,) = (await executer(b, "2026-10"))["sorts"]
    lignes = (await facture(b, sort["numero"]))["lignes"] if sort["numero"] else []
    return [ligne for ligne in lignes if ligne["periode"] < "2026-10"]


class Actes:
    """Une livraison le 1er, une récupération le 12; leurs événements."""

    def __init__(self) -> None:
        self.actif, self.livraison, self.fin = uuid4(), uuid4(), uuid4()

    async def recevoir(self, b: Banc) -> None:
        await b.recevoir(livraison(self.actif), survenu_le=a(jour(1)), id=self.livraison)
        await b.recevoir(recuperation(self.actif, jour(12)), survenu_le=a(jour(12)), id=self.fin)


@pytest.mark.parametrize(
    ("acte", "juste", "attendues"),
    [
        # Facturé : 53,90 du 1er au 11. Livré le 7 : 147 × 5 ÷ 30 = 24,50.
        ("livraison", a(jour(7)), [("2026-09-01", "-53.90"), ("2026-09-07", "24.50")]),
        ("livraison", None, [("2026-09-01", "-53.90")]),
        # Livré le 22 août : 147 × 10 ÷ 31 = 47,42 de plus, septembre ne bouge pas.
        ("livraison", a(jour(22, 8)), [("2026-08-22", "47.42")]),
        # Récupéré le 21 : 147 × 20 ÷ 30 = 98, 44,10 de plus.
        ("fin", a(jour(21)), [("2026-09-01", "44.10")]),
        ("fin", None, [("2026-09-01", "93.10")]),
    ],
)  # fmt: skip
async def test_dem_13_la_periode_suivante_porte_la_correction_exacte(
    banc: MonterBanc, acte: str, juste: datetime | None, attendues: list[tuple[str, str]]
) -> None:
    b, actes = await banc("facturation"), Actes()
    await planter(b, "MTQ")
    await actes.recevoir(b)
    await fermer_septembre(b)
    await executer(b)
    avant = await facture(b)
    vise: UUID = getattr(actes, acte)
    message = b.message(rectification(actes.actif, vise, juste), id=uuid4())
    await b.recevoir_messages([message, message])
    # Répétée sous un autre identifiant, elle n'a pas plus d'effet.
    await b.recevoir(rectification(actes.actif, vise, juste))
    lignes = await _octobre(b)
    assert [(x["debut"], x["montant"]) for x in lignes] == attendues
    for ligne in lignes:
        assert ligne["regularisation"] is True
        assert {str(vise), message.en_tetes["ce_id"]} <= set(ligne["evenements"])
    assert await facture(b) == avant, "ce qui est émis ne change pas"


async def test_dem_13_rectifiee_puis_remise_a_sa_place_rien_ne_se_corrige(
    banc: MonterBanc,
) -> None:
    b, actes = await banc("facturation"), Actes()
    await planter(b, "MTQ")
    await actes.recevoir(b)
    await fermer_septembre(b)
    await executer(b)
    await b.recevoir(rectification(actes.actif, actes.livraison, None))
    assert await _abonnements(b) == []
    await b.recevoir(rectification(actes.actif, actes.livraison, a(jour(1))))
    assert await _abonnements(b) == [("2026-09-01", "2026-09-12")]
    assert await _octobre(b) == []


async def test_dem_13_les_abonnements_suivent_dans_tout_ordre(banc: MonterBanc) -> None:
    """L'acte et ses deux rectifications, reçus un à un : la dernière vaut, l'inconnue attend."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    for ordre in permutations(range(3)):
        actif, acte = uuid4(), uuid4()
        suite = [
            b.message(livraison(actif), survenu_le=a(jour(1)), id=acte),
            b.message(rectification(actif, acte, None)),
            b.message(rectification(actif, acte, a(jour(9)))),
        ]
        for rang in ordre:
            await b.recevoir_messages([suite[rang]])
        assert await _abonnements(b, le="2026-09-08") == []
    assert await _abonnements(b) == [("2026-09-09", None)] * 6
    assert await b.rebuts() == []


async def test_dem_13_l_acte_et_sa_rectification_recus_ensemble_ne_se_perdent_pas(
    banc: MonterBanc,
) -> None:
    """Deux consommateurs à la fois : chacun doit voir ce que l'autre a reçu."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    for _ in range(8):
        actif, acte = uuid4(), uuid4()
        await asyncio.gather(
            b.recevoir(livraison(actif), survenu_le=a(jour(1)), id=acte),
            b.recevoir(rectification(actif, acte, a(jour(9))), sequence=2),
        )
    assert await _abonnements(b) == [("2026-09-09", None)] * 8


async def test_dem_13_une_rectification_fait_revoir_l_organisme(banc: MonterBanc) -> None:
    b, actif, acte = await banc("facturation"), uuid4(), uuid4()
    await planter(b, "MTQ")
    await b.recevoir(livraison(actif, "ETUDE"), survenu_le=a(jour(1)), id=acte)
    b.horloge.aller("2026-09-10T09:00-04:00")
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
    await b.tache("attentes")
    client = b.client("facturation")
    assert len((await client.get("/v1/lignes-en-attente")).json()["elements"]) == 1
    await b.recevoir(rectification(actif, acte, None))
    await b.tache("attentes")
    assert (await client.get("/v1/lignes-en-attente")).json()["elements"] == []


async def test_dem_13_un_organisme_ne_touche_pas_aux_actes_d_un_autre(banc: MonterBanc) -> None:
    b, actes = await banc("facturation"), Actes()
    await planter(b, "MTQ", "RAMQ")
    await actes.recevoir(b)
    corps = {"periode": "2026-09", "organisme": "MTQ", "apercu": True}
    avant = (await b.client("facturation").post("/v1/executions", json=corps)).json()
    for acte in (actes.livraison, actes.fin):
        await b.recevoir(rectification(actes.actif, acte, None, code="RAMQ"))
    assert (await b.client("facturation").post("/v1/executions", json=corps)).json() == avant
    assert await _abonnements(b) == [("2026-09-01", "2026-09-12")]
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
    await b.tache("attentes")
    assert await _abonnements(b) == [("2026-09-01", "2026-09-12")], "la revue non plus"


async def test_fac_1_deux_vies_d_un_actif_se_listent_et_se_paginent(banc: MonterBanc) -> None:
    b, actes = await banc("facturation"), Actes()
    await planter(b, "MTQ")
    await actes.recevoir(b)
    await b.recevoir(livraison(actes.actif), survenu_le=a(jour(22)))
    deux = [("2026-09-01", "2026-09-12"), ("2026-09-22", None)]
    assert await _abonnements(b) == deux
    assert await _abonnements(b, le="2026-09-22") == deux[1:]
    client, lus = b.client("facturation"), list[str]()
    page: dict[str, Any] = {"suivant": None}
    while page["suivant"] or not lus:
        suite = {"curseur": page["suivant"]} if page["suivant"] else {}
        page = (await client.get("/v1/abonnements", params={"limite": 1, **suite})).json()
        lus += [x["debut"] for x in page["elements"]]
    assert lus == ["2026-09-01", "2026-09-22"]
    # La première vie devient nulle : sa fin ne touche pas à la seconde.
    await b.recevoir(rectification(actes.actif, actes.livraison, None))
    assert await _abonnements(b) == deux[1:]


async def test_fac_4_les_heures_d_une_demande_annulee_restent_dues(banc: MonterBanc) -> None:
    b, article, demande = await banc("facturation"), uuid4(), uuid4()
    await planter(b, "MTQ")
    await b.recevoir(travail(article, 20), travail(article, 20), survenu_le=a(jour(8)))
    await b.recevoir(travail(article, 20), survenu_le=a(jour(9)))
    annulee = demandes.DemandeAnnulee(organisme="MTQ", demande_id=demande)
    complete = demandes.AmenagementComplete(organisme="MTQ", demande_id=demande, article_id=article)
    await b.recevoir(annulee, complete, survenu_le=a(jour(10)))
    await fermer_septembre(b)
    await executer(b)
    # 40 min → 0,75 h × 63 = 47,25; 20 min → 0,5 h × 63 = 31,50; l'aménagement ne doit rien
    assert [(x["debut"], x["montant"]) for x in (await facture(b))["lignes"]] == [
        ("2026-09-08", "47.25"),
        ("2026-09-09", "31.50"),
    ]
    assert await b.rebuts() == []


def _recit(b: Banc) -> list[Message]:
    """Deux vies, une perte rectifiée, des heures, et un acte rectifié avant d'être connu."""
    actif, perdu, article = uuid4(), uuid4(), uuid4()
    fin, vol, heures = uuid4(), uuid4(), uuid4()
    return [
        b.message(livraison(actif), survenu_le=a(jour(1))),
        b.message(recuperation(actif, jour(12)), survenu_le=a(jour(12)), id=fin),
        b.message(livraison(actif), survenu_le=a(jour(22))),
        b.message(rectification(actif, fin, a(jour(15)))),
        b.message(livraison(perdu, "PORTABLE-14"), survenu_le=a(jour(1))),
        b.message(perte(perdu, jour(18), "PORTABLE-14"), survenu_le=a(jour(18)), id=vol),
        b.message(rectification(perdu, vol, a(jour(10)))),
        b.message(travail(article, 20), survenu_le=a(jour(8)), id=heures),
        b.message(rectification(article, heures, a(jour(9)))),
        b.message(rectification(uuid4(), uuid4(), None)),
    ]


async def test_dem_13_la_reconstruction_refait_les_memes_sommes(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    recit = _recit(b)
    await b.recevoir_messages(recit)
    listes = await _abonnements(b)
    corps = {"periode": "2026-09", "organisme": "MTQ", "apercu": True}
    client = b.client("facturation")
    apercu = (await client.post("/v1/executions", json=corps)).json()
    assert len(listes) == 3

    copies = [
        t.name for t in service().copies if t.name in {"faits", "rectifications", "abonnements"}
    ]
    assert len(copies) == 3
    async with b.interne() as connexion:
        for table in (*copies, "socle_inbox"):
            await connexion.ecrire(text(f"DELETE FROM {table}"))
    assert await _abonnements(b) == []
    for message in reversed(recit):
        await b.recevoir_messages([message])
    assert await _abonnements(b) == listes
    assert (await client.post("/v1/executions", json=corps)).json() == apercu

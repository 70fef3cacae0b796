"""Des règlements consignés, appliqués, contrepassés, sur PostgreSQL réel (FAC-17)."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.decisions import crediter
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    fermer_septembre,
    jour,
    livraison,
    planter,
    recuperation,
)

pytestmark = pytest.mark.integration
F1, F2, NOTE = "2026-2027-000001", "2026-2027-000002", "NC-2026-2027-000001"


async def septembre(b: Banc, *organismes: str) -> httpx.AsyncClient:
    """Septembre émis le 1er octobre : 147 $ par organisme, dus le 31; qui le règle."""
    await planter(b, *organismes)
    for organisme in organismes:
        await b.recevoir(livraison(uuid4(), code=organisme), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    return b.client("facturation", sujet="facturation-1")


async def regler(client: httpx.AsyncClient, montant: str, **autres: Any) -> httpx.Response:
    """Un règlement du 1er octobre; `documents={numéro: montant}`."""
    documents = autres.pop("documents", {})
    corps = {
        "organisme": "MTQ",
        "date": "2026-10-01",
        "reference": "VIR-1",
        "montant": montant,
        "documents": [{"numero": n, "montant": m} for n, m in documents.items()],
        **autres,
    }
    return await client.post("/v1/reglements", json=corps)


async def solde(client: httpx.AsyncClient, numero: str = F1, **requete: str) -> dict[str, Any]:
    lu = await client.get(f"/v1/factures/{numero}/solde", params=requete)
    assert lu.status_code == 200, lu.text
    rendu: dict[str, Any] = lu.json()
    return rendu


async def compte(client: httpx.AsyncClient, **requete: str) -> dict[str, Any]:
    lu = await client.get("/v1/etats-de-compte/MTQ", params=requete)
    assert lu.status_code == 200, lu.text
    rendu: dict[str, Any] = lu.json()
    return rendu


async def test_fac_17_un_reglement_partiel_puis_le_reste(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    assert (await solde(client))["etat"] == "du"
    premier = await regler(client, "100.00", documents={F1: "100.00"})
    assert premier.status_code == 201, premier.text
    assert premier.json()["credit"] == "0.00"
    lu = await solde(client)
    assert (lu["etat"], lu["acquitte"], lu["reste"]) == ("regle_en_partie", "100.00", "47.00")
    second = await regler(client, "60.00", reference="VIR-2", documents={F1: "60.00"})
    assert second.json()["credit"] == "13.00"
    assert second.json()["avis"] == [
        "Il ne restait que 47,00\xa0$ à payer du document 2026-2027-000001.",
        "13,00\xa0$ restent au crédit de MTQ.",
    ]
    assert (await solde(client))["etat"] == "regle"
    assert (await compte(client))["solde"] == "-13.00"
    relu = (await client.get(second.headers["Location"])).json()
    assert relu == {n: v for n, v in second.json().items() if n != "avis"}
    evenements = await b.sortants("règlement.consigné")
    assert [e.donnees["montant"] for e in evenements] == ["100.00", "60.00"]
    assert evenements[1].donnees["acquittements"] == [
        {"numero": F1, "montant": "47.00", "le": "2026-10-01"}
    ]


async def test_fac_17_le_document_et_son_empreinte_ne_changent_pas(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    avant = (await client.get(f"/v1/factures/{F1}")).json()
    await regler(client, "147.00", documents={F1: "147.00"})
    assert (await client.get(f"/v1/factures/{F1}")).json() == avant


async def test_fac_17_groupe_et_compense_par_une_note_de_credit(banc: MonterBanc) -> None:
    """La note de crédit d'un mois est au compte : un règlement la prend, avec ce qu'il paie."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    rendu = uuid4()
    await b.recevoir(livraison(rendu), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    await b.recevoir(recuperation(rendu, jour(2)), survenu_le=a(jour(2)))
    client = b.client("facturation")
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    await executer(b, "2026-10")
    note = await solde(client, NOTE)
    assert (note["etat"], note["reste"]) == ("credit", "-142.10")  # 4,90 − 147
    assert (await compte(client))["credits"] == "142.10"
    trop = await regler(client, "0.00", documents={F1: "142.11", NOTE: "-142.11"})
    assert (trop.status_code, trop.json()["regle"]) == (409, "FAC-17")
    paye = await regler(client, "4.90", documents={F1: "147.00", NOTE: "-142.10"})
    assert (paye.status_code, paye.json()["credit"]) == (201, "0.00")
    # Un crédit ne compte pas avant d'exister : ce qu'il paie non plus.
    assert {x["le"] for x in paye.json()["acquittements"]} == {"2026-11-02"}
    assert [(await solde(client, n))["etat"] for n in (F1, NOTE)] == ["regle", "regle"]
    assert (await compte(client))["solde"] == "0.00"


async def test_fac_17_une_decision_diminue_le_du_de_son_document(banc: MonterBanc) -> None:
    """Payé d'avance, le document garde un crédit, qu'un règlement prend ensuite."""
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    await regler(client, "147.00", documents={F1: "147.00"})
    b.horloge.aller("2026-10-05T09:00-04:00")
    assert await crediter(b, F1, L1="40.00") == NOTE
    lu = await solde(client)
    assert (lu["credite"], lu["reste"], lu["etat"]) == ("-40.00", "-40.00", "credit")
    note = await solde(client, NOTE)
    assert (note["corrige"], note["reste"], note["etat"]) == (F1, "0.00", "regle")
    assert (await solde(client, le="2026-10-04"))["etat"] == "regle"
    etat = await compte(client)
    assert (etat["solde"], etat["credits"], etat["du"]) == ("-40.00", "40.00", "0.00")
    prise = await regler(client, "0.00", documents={NOTE: "-40.00"})
    assert (prise.status_code, prise.json()["regle"]) == (409, "FAC-17")
    prise = await regler(client, "0.00", documents={F1: "-40.00"})
    # Pris sans rien payer, le crédit passe du document au règlement.
    assert (prise.status_code, prise.json()["credit"]) == (201, "40.00")
    assert (await solde(client))["etat"] == "regle"
    assert (await compte(client))["credits"] == "40.00"


async def test_fac_17_la_contre_ecriture_rend_du_une_seule_fois(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    inscrit = (await regler(client, "147.00", documents={F1: "147.00"})).json()
    b.horloge.aller("2026-10-05T09:00-04:00")
    adresse = f"/v1/reglements/{inscrit['id']}/contre-ecriture"
    defait = await client.post(adresse, json={"motif": "Mauvais organisme."})
    assert defait.status_code == 201, defait.text
    assert (defait.json()["montant"], defait.json()["annule"]) == ("-147.00", inscrit["id"])
    assert (await solde(client))["reste"] == "147.00"
    assert (await solde(client, le="2026-10-04"))["etat"] == "regle"
    encore = await client.post(adresse, json={"motif": "Encore."})
    assert (encore.status_code, encore.json()["regle"]) == (409, "FAC-17")
    contraire = f"/v1/reglements/{defait.json()['id']}/contre-ecriture"
    assert (await client.post(contraire, json={"motif": "Non."})).status_code == 409
    # Défait, le même règlement se consigne de nouveau, là où il devait.
    assert (await regler(client, "147.00", documents={F1: "147.00"})).status_code == 201
    evenements = await b.sortants("règlement.consigné")
    assert [e.donnees["montant"] for e in evenements] == ["147.00", "-147.00", "147.00"]
    assert evenements[1].donnees["annule"] == inscrit["id"]
    assert "motif" not in evenements[1].donnees


async def test_fac_17_le_credit_s_applique_plus_tard(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    inscrit = (await regler(client, "200.00")).json()
    assert inscrit["credit"] == "200.00"
    b.horloge.aller("2026-10-09T09:00-04:00")
    adresse = f"/v1/reglements/{inscrit['id']}/acquittements"
    trop = await client.post(adresse, json={"documents": [{"numero": F1, "montant": "200.01"}]})
    assert (trop.status_code, trop.json()["regle"]) == (409, "FAC-17")
    corps = {"documents": [{"numero": F1, "montant": "147.00"}]}
    assert (await client.post(adresse, json=corps)).json()["credit"] == "53.00"
    assert (await compte(client, le="2026-10-08"))["credits"] == "200.00"
    assert (await compte(client))["credits"] == "53.00"
    (applique,) = await b.sortants("crédit.appliqué")
    assert applique.donnees["credit"] == "53.00"


@pytest.mark.parametrize(
    ("autres", "statut"),
    [
        ({"date": "2026-10-02"}, 409),
        ({"date": "2020-01-01"}, 409),
        ({"montant": "0.00"}, 409),
        ({"documents": [{"numero": F2, "montant": "10.00"}]}, 404),
        ({"documents": [{"numero": F1, "montant": "147.01"}]}, 409),
        ({"documents": [{"numero": F1, "montant": "5.00"}] * 2}, 409),
        ({"documents": [{"numero": F1, "montant": "-5.00"}]}, 409),
        ({"montant": "-5.00"}, 422),
        ({"montant": 147}, 422),
        ({"montant": "147,00"}, 422),
        ({"reference": "=1+1"}, 422),
        ({"organisme": "INCONNU"}, 409),
    ],
)
async def test_fac_17_ce_qui_ne_se_peut_pas_n_ecrit_rien(
    banc: MonterBanc, autres: dict[str, Any], statut: int
) -> None:
    """`F2` est de la RAMQ : pour le MTQ, il n'existe pas."""
    b = await banc("facturation")
    client = await septembre(b, "MTQ", "RAMQ")
    corps = {
        "organisme": "MTQ", "date": "2026-10-01", "reference": "VIR-1", "montant": "147.00",
        **autres,
    }  # fmt: skip
    refus = await client.post("/v1/reglements", json=corps)
    assert refus.status_code == statut, refus.text
    assert (await client.get("/v1/reglements")).json()["elements"] == []


async def test_fac_17_le_meme_reglement_ne_se_consigne_pas_deux_fois(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    assert (await regler(client, "20.00", documents={F1: "20.00"})).status_code == 201
    double = await regler(client, "20.00", reference="vir-1")
    assert (double.status_code, double.json()["regle"]) == (409, "FAC-17")
    assert "déjà consigné" in double.json()["detail"]


async def test_fac_17_deux_reglements_a_la_fois_ne_paient_pas_plus_que_le_du(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    rendus = await asyncio.gather(
        *(
            regler(client, "100.00", reference=f"VIR-{n}", documents={F1: "100.00"})
            for n in range(4)
        )
    )
    assert [r.status_code for r in rendus] == [201] * 4
    credits_dits = sorted(r.json()["credit"] for r in rendus)
    assert credits_dits == ["0.00", "100.00", "100.00", "53.00"]
    lu = await solde(client)
    assert (lu["acquitte"], lu["reste"]) == ("147.00", "0.00")
    # Les mêmes octets, sous quatre clés : un seul est consigné.
    doubles = await asyncio.gather(*(regler(client, "9.00", reference="D") for _ in range(4)))
    assert sorted(r.status_code for r in doubles) == [201, 409, 409, 409]


async def test_fac_17_un_organisme_ne_voit_que_les_siens_et_n_ecrit_rien(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ", "RAMQ")
    inscrit = (await regler(client, "147.00", documents={F1: "147.00"})).json()
    mtq = b.client("gestionnaire", organisme="MTQ")
    ramq = b.client("gestionnaire", organisme="RAMQ")
    assert (await solde(mtq))["etat"] == "regle"
    for adresse in (
        f"/v1/factures/{F1}/solde",
        f"/v1/reglements/{inscrit['id']}",
        "/v1/etats-de-compte/MTQ",
        "/v1/etats-de-compte/MTQ/documents",
        "/v1/etats-de-compte/MTQ/mouvements",
    ):
        assert (await ramq.get(adresse)).status_code == 404, adresse
    assert (await ramq.get("/v1/reglements")).json()["elements"] == []
    (sien,) = (await ramq.get("/v1/etats-de-compte")).json()["elements"]
    assert sien["organisme"] == "RAMQ"
    assert (await regler(mtq, "1.00")).status_code == 403
    assert (await mtq.post(f"/v1/reglements/{inscrit['id']}/contre-ecriture")).status_code == 403


async def test_fac_17_la_base_refuse_de_changer_un_reglement(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ")
    await regler(client, "147.00", documents={F1: "147.00"})
    for table in ("reglements", "acquittements"):
        for geste in (f"UPDATE {table} SET montant = 1", f"DELETE FROM {table}"):
            with pytest.raises(asyncpg.RaiseError, match="ne change plus"):
                async with b.interne() as connexion:
                    await connexion.ecrire(text(geste))


async def test_fac_17_les_reglements_se_filtrent(banc: MonterBanc) -> None:
    b = await banc("facturation")
    client = await septembre(b, "MTQ", "RAMQ")
    await regler(client, "10.00", documents={F1: "10.00"})
    await regler(client, "20.00", date="2026-09-20", reference="VIR-2")
    await regler(client, "30.00", organisme="RAMQ", documents={F2: "30.00"})

    async def lire(**requete: str) -> list[str]:
        lus = await client.get("/v1/reglements", params=requete)
        return [r["montant"] for r in lus.json()["elements"]]

    assert sorted(await lire()) == ["10.00", "20.00", "30.00"]
    assert await lire(organisme="MTQ") == ["10.00", "20.00"]
    assert await lire(document=F2) == ["30.00"]
    assert await lire(au="2026-09-30") == ["20.00"]
    assert sorted(await lire(du="2026-10-01")) == ["10.00", "30.00"]

"""FAC-11 : ce que dit une simulation est ce qui se facturera, et rien d'autre ne change."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from contrats import catalogue
from contrats.demandes import AbonnementResilie
from noyau import Mois, debut_du_jour
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.tables import TABLES
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    SUJETS,
    executer,
    facture,
    fiche,
    jour,
    livraison,
    perte,
    planter,
    recuperation,
    soutien_etendu,
)

pytestmark = pytest.mark.integration
OCTOBRE, NOVEMBRE = Mois(2026, 10), Mois(2026, 11)
EFFET = date(2026, 10, 12)


async def simuler(banc: Banc, **corps: Any) -> dict[str, Any]:
    """Demande une simulation au nom du MCN, la fait faire, et la relit."""
    return await lire(banc, await demander(banc, **corps))


async def demander(banc: Banc, **corps: Any) -> str:
    reponse = await banc.client("facturation").post("/v1/simulations", json=corps)
    assert reponse.status_code == 202, reponse.text
    return str(reponse.headers["Location"])


async def lire(banc: Banc, adresse: str) -> dict[str, Any]:
    await banc.tache("simulations")
    lue = await banc.client("facturation").get(adresse)
    assert lue.status_code == 200, lue.text
    resultat: dict[str, Any] = lue.json()
    return resultat


async def volets(banc: Banc, simulation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    adresse = f"/v1/simulations/{simulation['id']}/organismes"
    lus = await banc.client("facturation").get(adresse)
    return {volet["organisme"]: volet for volet in lus.json()["elements"]}


def proposee(version: catalogue.FichePubliee) -> dict[str, Any]:
    """La fiche, dans la forme que porte son événement."""
    return {
        "code": version.code,
        "tarifs": [tarif.model_dump(mode="json") for tarif in version.tarifs],
    }


async def un_parc(banc: Banc) -> None:
    """Deux organismes en septembre : des postes qui courent, finissent, se perdent; un soutien."""
    await planter(banc, "MTQ", "RAMQ")
    garde, rendu, perdu, virtuel = (uuid4() for _ in range(4))
    await banc.recevoir(livraison(garde, quantite=3), survenu_le=a(jour(1)))
    await banc.recevoir(livraison(rendu, "PORTABLE-14"), survenu_le=a(jour(3)))
    await banc.recevoir(livraison(perdu, code="RAMQ"), survenu_le=a(jour(9)))
    await banc.recevoir(livraison(virtuel, "VIRTUEL-M", code="RAMQ"), survenu_le=a(jour(9)))
    await banc.recevoir(recuperation(rendu, jour(20, 10), "PORTABLE-14"), survenu_le=a(jour(20)))
    await banc.recevoir(perte(perdu, jour(25, 10), code="RAMQ"), survenu_le=a(jour(25)))
    soutien = uuid4()
    await banc.recevoir(soutien_etendu(soutien, jour(15)), survenu_le=a(jour(15)))
    fin = AbonnementResilie(organisme="MTQ", abonnement_id=soutien, fin=jour(7, 11))
    await banc.recevoir(fin, survenu_le=a(jour(28)))
    banc.horloge.instant = a(jour(30))


async def emettre(banc: Banc, *periodes: Mois) -> dict[str, dict[str, str]]:
    """Émet ces périodes; de chaque organisme et mois, ce que dit son document avant taxes."""
    totaux: dict[str, dict[str, str]] = {}
    for periode in periodes:
        banc.horloge.instant = debut_du_jour(periode.fin)
        await banc.recevoir_jalons(banc.horloge(), *SUJETS)
        execution = await executer(banc, str(periode))
        for sort in execution["sorts"]:
            document = await facture(banc, sort["numero"])
            totaux.setdefault(sort["organisme"], {})[str(periode)] = document["total_avant_taxes"]
    return totaux


async def par_mois(banc: Banc, simulation: dict[str, Any], nom: str) -> dict[str, dict[str, str]]:
    """La somme de chaque organisme et mois, de tous ses tarifs."""
    adresse = f"/v1/simulations/{simulation['id']}/chiffres?limite=200"
    lus = (await banc.client("facturation").get(adresse)).json()["elements"]
    sommes: dict[str, dict[str, float]] = {}
    for x in lus:
        siens = sommes.setdefault(x["organisme"], {})
        siens[x["periode"]] = siens.get(x["periode"], 0) + round(float(x[nom]) * 100)
    return {o: {m: f"{s / 100:.2f}" for m, s in siens.items()} for o, siens in sommes.items()}


async def tables(banc: Banc) -> dict[str, list[str]]:
    """Tout ce que tient la base, moins ce qui est des simulations et de l'exécution même."""
    siennes = ("simulations", "volets", "chiffres", "socle_audit", "socle_idempotence")
    async with banc.interne() as connexion:
        noms = await connexion.colonne(text(TABLES))
        return {
            nom: await connexion.colonne(text(f"SELECT t::text FROM {nom} AS t ORDER BY 1"))
            for nom in noms
            if nom not in siennes and nom != "socle_sceaux"
        }


async def test_fac_11_simuler_puis_publier_facture_la_meme_chose_au_cent(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    assert await emettre(b, Mois(2026, 9))
    version = fiche(2, EFFET, POSTE_01="160.33", POSTE_03="231.07", SOUTIEN_ETENDU="1001.10")

    avant = await tables(b)
    simulation = await simuler(
        b, effet=str(EFFET), mois=2, fiche=proposee(version), prix={"VIRTUEL-M": "71.99"}
    )
    await simuler(b)
    assert await tables(b) == avant
    assert simulation["etat"] == "terminee"
    assert simulation["traites"] == simulation["organismes"] == 2
    assert len(simulation["empreinte"]) == 64
    dits = await par_mois(b, simulation, "apres")
    statu_quo = await par_mois(b, simulation, "avant")

    await b.recevoir(version)
    ropn = catalogue.TarifPublie(produit="VIRTUEL-M", version=2, debut=EFFET, prix=Decimal("71.99"))
    await b.recevoir(ropn)
    assert await emettre(b, OCTOBRE, NOVEMBRE) == dits != statu_quo


async def test_fac_11_ce_que_rien_ne_change_est_ce_qui_se_facture(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    simulation = await simuler(b, effet=str(EFFET), mois=2, montants={"POSTE-01": "160.33"})
    dits = await par_mois(b, simulation, "avant")
    factures = await emettre(b, Mois(2026, 9), OCTOBRE, NOVEMBRE)
    for mois in factures.values():
        del mois["2026-09"]
    assert factures == dits


async def test_fac_11_le_statu_quo_garde_son_effet_et_le_dit(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    accorde = catalogue.StatuQuoAccorde(
        statu_quo_id=uuid4(), organisme="MTQ", fiche="POSTES", version=1, debut=jour(1, 10)
    )
    await b.recevoir(accorde)
    fini = catalogue.StatuQuoFini(
        statu_quo_id=accorde.statu_quo_id, organisme="MTQ", fiche="POSTES", fin=jour(1, 11)
    )
    await b.recevoir(fini)
    simulation = await simuler(b, effet=str(EFFET), mois=2, montants={"POSTE-01": "160.00"})
    siens = await volets(b, simulation)
    # Novembre seul change pour MTQ : trois postes à 13 $ de plus.
    assert siens["MTQ"]["ecart"] == "39.00"
    assert siens["MTQ"]["statu_quos"] == [
        {"fiche": "POSTES", "version": 1, "debut": "2026-10-01", "fin": "2026-11-01"}
    ]
    assert siens["RAMQ"]["statu_quos"] == []


async def test_fac_11_la_projection_joint_le_facture_et_l_a_venir(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    await emettre(b, Mois(2026, 9))
    await b.client("facturation").post(
        "/v1/factures/2026-2027-000001/lignes/1/ajustements",
        json={"montant": "-10.00", "motif": "Poste hors d'usage."},
    )
    projection = await simuler(b)
    assert (projection["premier_mois"], projection["dernier_mois"]) == ("2026-04", "2027-03")
    assert projection["exercice"] == "2026-2027"
    assert projection["totaux"]["ecart"] == "0.00"
    dits, factures = (
        await par_mois(b, projection, "avant"),
        await par_mois(b, projection, "facture"),
    )
    assert {mois for siens in factures.values() for mois, s in siens.items() if s != "0.00"} == {
        "2026-09"
    }
    suite = [Mois(2026, 10), Mois(2026, 11), Mois(2026, 12)]
    emises = await emettre(b, *suite)
    for organisme, siens in emises.items():
        assert siens == {str(m): dits[organisme][str(m)] for m in suite}


async def test_fac_11_un_organisme_en_echec_n_arrete_pas_les_autres(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await un_parc(b)
    await b.recevoir(livraison(uuid4(), code="SANS-FICHIER"), survenu_le=a(jour(5)))
    projection = await simuler(b)
    assert (projection["traites"], projection["mis_de_cote"]) == (3, 1)
    siens = await volets(b, projection)
    assert siens["SANS-FICHIER"]["etat"] == "mis_de_cote"
    assert "n'est pas encore connu" in siens["SANS-FICHIER"]["raison"]
    assert siens["MTQ"]["etat"] == siens["RAMQ"]["etat"] == "fait"

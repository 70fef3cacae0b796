"""Ce qu'une personne décide seule, et ce qu'une seconde confirme (FAC-13)."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests import livrees, scene
from services.facturation.tests.builders import a
from services.facturation.tests.saisies import corps, facturiere, planter, publiee, refus, saisir

pytestmark = pytest.mark.integration
LIGNE = "/v1/factures/2026-2027-000001/lignes/1/ajustements"


async def _decisions(client: httpx.AsyncClient, **filtre: str) -> list[dict[str, Any]]:
    lues = await client.get("/v1/decisions", params=filtre)
    elements: list[dict[str, Any]] = lues.json()["elements"]
    return elements


async def _emise(b: Banc, montant: str = "5000.00") -> httpx.AsyncClient:
    """Un document d'une ligne de ce montant, et qui la facture."""
    await planter(b)
    agnes, bernard = facturiere(b), facturiere(b, "bernard")
    saisie = await saisir(agnes, montant=montant)
    if saisie["etat"] == "a_confirmer":
        await bernard.post(f"/v1/decisions/{saisie['decision_id']}/confirmation")
    await scene.fermer_septembre(b)
    await scene.executer(b)
    return agnes


async def test_fac_13_au_dela_du_seuil_une_saisie_attend_une_seconde_personne(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    agnes, bernard = facturiere(b), facturiere(b, "bernard")
    rendue = await agnes.post("/v1/lignes-saisies", json=corps(montant="1000.01"))
    assert (rendue.status_code, rendue.json()["etat"]) == (202, "a_confirmer")
    assert await b.sortants("ligne.saisie") == []
    # Rien n'en paraît à l'organisme, ni dans son aperçu.
    gestionnaire = b.client("gestionnaire", organisme="MTQ")
    assert (await gestionnaire.get("/v1/lignes-saisies")).json()["elements"] == []
    assert (await gestionnaire.get(rendue.headers["Location"])).status_code == 404
    apercu = {"periode": "2026-09", "apercu": True}
    vu = (await agnes.post("/v1/executions", json=apercu)).json()["organismes"][0]
    assert vu["etat"] == "sans_ligne"

    (decision,) = await _decisions(agnes, etat="a_confirmer", organisme="MTQ")
    adresse = f"/v1/decisions/{decision['id']}"
    for geste, dit in (("confirmation", {}), ("refus", {"motif": "Non."})):
        assert (await refus(agnes, f"{adresse}/{geste}", **dit))[:2] == (403, "FAC-13")
    assert (await refus(bernard, f"{adresse}/retrait"))[:2] == (403, "FAC-13")
    machine = b.client("admin", "portail", sujet="robot")
    assert (await refus(machine, f"{adresse}/confirmation"))[:2] == (403, "FAC-13")

    confirmee = (await bernard.post(f"{adresse}/confirmation")).json()
    assert (confirmee["etat"], confirmee["tranchee_par"]) == ("confirmee", "bernard")
    assert len(await b.sortants("ligne.saisie")) == 1
    assert (await refus(bernard, f"{adresse}/confirmation"))[:2] == (409, "FAC-13")
    assert (await refus(facturiere(b, "carla"), f"{adresse}/refus", motif="Non."))[0] == 409
    await scene.fermer_septembre(b)
    await scene.executer(b)
    assert [x["montant"] for x in (await scene.facture(b))["lignes"]] == ["1000.01"]


async def test_fac_13_refusee_ou_retiree_rien_n_en_est_du(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b)
    agnes, bernard = facturiere(b), facturiere(b, "bernard")
    refusee = await saisir(agnes, montant="2000.00")
    retiree = await saisir(agnes, montant="3000.00")
    rendue = await bernard.post(
        f"/v1/decisions/{refusee['decision_id']}/refus", json={"motif": "Déjà payé."}
    )
    assert (rendue.json()["etat"], rendue.json()["motif_refus"]) == ("refusee", "Déjà payé.")
    await agnes.post(f"/v1/decisions/{retiree['decision_id']}/retrait")
    etats = [x["etat"] for x in (await agnes.get("/v1/lignes-saisies")).json()["elements"]]
    assert etats == ["retiree", "refusee"]
    assert await b.sortants("ligne.saisie") == []
    # Ni l'une ni l'autre n'empêche de proposer de nouveau la même chose.
    assert (await saisir(agnes, montant="2000.00"))["etat"] == "a_confirmer"


async def test_fac_13_un_montant_scinde_n_echappe_pas_au_seuil(banc: MonterBanc) -> None:
    """Ce qu'un auteur pose seul chez un organisme s'additionne sur 31 jours, et sous un tarif."""
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    agnes = facturiere(b)
    assert (await saisir(agnes, montant="600.00"))["etat"] == "appliquee"
    assert (await saisir(agnes, montant="400.01"))["etat"] == "a_confirmer"
    # Jusqu'au seuil compris; sous un autre tarif, l'auteur n'a pas un autre compte.
    assert (await saisir(agnes, montant="400.00"))["etat"] == "appliquee"
    for tarif in ("DEDOMMAGEMENT", "TRAVAUX", "COMMUNICATIONS"):
        assert (await saisir(agnes, tarif=tarif, montant="0.01"))["etat"] == "a_confirmer"
    assert (await saisir(agnes, organisme="RAMQ", montant="999.00"))["etat"] == "appliquee"
    # Un autre auteur n'ajoute rien sous ce tarif; sous un autre, il a son compte.
    bernard = facturiere(b, "bernard")
    assert (await saisir(bernard, montant="0.02"))["etat"] == "a_confirmer"
    assert (await saisir(bernard, tarif="TRAVAUX", montant="900.00"))["etat"] == "appliquee"
    lot = {"lignes": [corps(organisme=o, montant="2.00") for o in ("MTQ", "RAMQ")]}
    assert (await bernard.post("/v1/lignes-saisies/lots", json=lot)).status_code == 202
    b.horloge.aller("2026-10-17T09:00-04:00")
    assert (await saisir(agnes, montant="700.00"))["etat"] == "appliquee"


async def test_fac_13_deux_saisies_a_la_fois_ne_passent_pas_le_seuil_ensemble(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    auteurs = [facturiere(b, sujet) for sujet in ("agnes", "agnes", "bernard", "carla")]
    posees = await asyncio.gather(
        *(saisir(auteur, montant=f"600.{n:02d}") for n, auteur in enumerate(auteurs))
    )
    assert sorted(p["etat"] for p in posees) == ["a_confirmer"] * 3 + ["appliquee"]


async def test_fac_13_un_lot_de_plusieurs_organismes_compte_chez_chacun(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    agnes, bernard = facturiere(b), facturiere(b, "bernard")
    lot = {"lignes": [corps(organisme=o, montant="900.00") for o in ("MTQ", "RAMQ")]}
    assert (await agnes.post("/v1/lignes-saisies/lots", json=lot)).status_code == 201
    assert (await saisir(bernard, montant="100.01"))["etat"] == "a_confirmer"
    assert (await saisir(agnes, tarif="TRAVAUX", montant="100.01"))["etat"] == "a_confirmer"
    assert (await saisir(bernard, montant="100.00"))["etat"] == "appliquee"


async def test_fac_13_plusieurs_auteurs_ne_creditent_pas_seuls_une_meme_ligne(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await _emise(b)
    statuts = []
    for sujet in ("carla", "denis", "elise", "fabien"):
        credit = {"montant": "-900.00", "motif": "Trop perçu."}
        statuts.append((await facturiere(b, sujet).post(LIGNE, json=credit)).status_code)
    assert statuts == [201, 202, 202, 202]


async def test_fac_13_trois_lignes_sous_trois_tarifs_ne_scindent_pas_un_credit(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    agnes, bernard = facturiere(b), facturiere(b, "bernard")
    for tarif in ("DEDOMMAGEMENT", "TRAVAUX", "COMMUNICATIONS"):
        saisie = await saisir(agnes, tarif=tarif, montant="2000.00")
        await bernard.post(f"/v1/decisions/{saisie['decision_id']}/confirmation")
    await scene.fermer_septembre(b)
    await scene.executer(b)
    rendus = [
        await agnes.post(
            LIGNE.replace("/1/", f"/{rang}/"), json={"montant": "-890.00", "motif": "x"}
        )
        for rang in (1, 2, 3)
    ]
    assert [rendu.status_code for rendu in rendus] == [201, 202, 202]
    # Un débit ne compense pas un crédit, et s'y ajoute.
    assert (await saisir(agnes, montant="110.01", fait_le="2026-09-30"))["etat"] == "a_confirmer"


async def test_fac_13_un_credit_d_office_au_dela_du_seuil_attend(banc: MonterBanc) -> None:
    b = await banc("facturation")
    agnes = await _emise(b)
    bernard = facturiere(b, "bernard")
    credit = {"montant": "-700.00", "motif": "Trop perçu."}
    premier = await agnes.post(LIGNE, json=credit)
    assert (premier.status_code, premier.json()["etat"]) == (201, "appliquee")
    # Scindé en deux sur la même ligne, il attend.
    second = await agnes.post(LIGNE, json=credit)
    assert (second.status_code, second.json()["etat"]) == (202, "a_confirmer")
    faits = "/v1/factures/2026-2027-000001/ajustements"
    assert len((await agnes.get(faits)).json()["elements"]) == 1
    (decision,) = await _decisions(agnes, etat="a_confirmer")
    assert (decision["id"], decision["numero"], decision["rang"], decision["montant"]) == (
        second.json()["id"], "2026-2027-000001", 1, "-700.00",
    )  # fmt: skip
    await bernard.post(f"/v1/decisions/{decision['id']}/confirmation")
    ajustements = (await agnes.get(faits)).json()["elements"]
    assert [x["id"] for x in ajustements] == [premier.json()["id"], decision["id"]]
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *scene.SUJETS)
    await scene.executer(b, "2026-10")
    (ligne,) = (await scene.facture(b, "NC-2026-2027-000001"))["lignes"]
    assert ligne["montant"] == "-1400.00"


async def test_fac_13_confirmer_verifie_de_nouveau_et_n_ecrit_rien_s_il_refuse(
    banc: MonterBanc,
) -> None:
    """Deux crédits de 3 000 $ proposés sur une ligne de 5 000 $ : le second ne passe plus."""
    b = await banc("facturation")
    agnes = await _emise(b)
    bernard = facturiere(b, "bernard")
    for _ in range(2):
        rendu = await agnes.post(LIGNE, json={"montant": "-3000.00", "motif": "Trop perçu."})
        assert rendu.status_code == 202
    un, autre = await _decisions(agnes, etat="a_confirmer")
    a_la_fois = await asyncio.gather(
        *(bernard.post(f"/v1/decisions/{d['id']}/confirmation") for d in (un, autre, un))
    )
    assert sorted(r.status_code for r in a_la_fois) == [200, 409, 409]
    faits = "/v1/factures/2026-2027-000001/ajustements"
    assert len((await agnes.get(faits)).json()["elements"]) == 1
    assert len(await _decisions(agnes, etat="a_confirmer")) == 1
    # Au-delà de la ligne, même la proposer est refusé.
    statut, regle, dit = await refus(agnes, LIGNE, montant="-2000.01", motif="Trop perçu.")
    assert (statut, regle) == (409, "FAC-13")
    assert "on ne crédite pas davantage" in dit


async def test_fac_13_le_tarif_fini_entre_temps_la_confirmation_est_refusee(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    saisie = await saisir(facturiere(b), montant="2000.00")
    postes = next(f for f in livrees.fiches() if f.fiche == "POSTES")
    gardes = tuple(t for t in postes.tarifs if t.code != "DEDOMMAGEMENT")
    await b.recevoir(publiee(replace(postes, version=2, tarifs=gardes)))
    bernard = facturiere(b, "bernard")
    adresse = f"/v1/decisions/{saisie['decision_id']}"
    assert (await refus(bernard, f"{adresse}/confirmation"))[:2] == (409, "CAT-9")
    assert (await bernard.get(adresse)).json()["etat"] == "a_confirmer"
    assert await b.sortants("ligne.saisie") == []


async def test_fac_13_ce_qui_est_dit_ne_change_plus_quel_que_soit_le_role(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    await b.recevoir(scene.livraison(uuid4()), survenu_le=a(scene.jour(1)))
    await saisir(facturiere(b))
    for table, champ in (("saisies", "montant"), ("decisions", "proposee_par")):
        with pytest.raises(Exception, match="FAC-13"):
            async with b.interne() as connexion:
                await connexion.pilote.execute(f"UPDATE {table} SET {champ} = {champ}")
    # Vider les copies, comme le fait une reconstruction, laisse le fait de la saisie.
    async with b.interne() as connexion:
        await connexion.pilote.execute("DELETE FROM faits")
        assert await connexion.pilote.fetch("SELECT type FROM faits") == [("ligne.saisie",)]


async def test_fac_13_qui_n_est_pas_de_la_facturation_ne_voit_pas_ce_qui_attend(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b)
    saisie = await saisir(facturiere(b), montant="2000.00")
    for role in ("agent-csc", "portail", "integration"):
        client = b.client(role)
        assert (await client.get("/v1/lignes-saisies")).json()["elements"] == []
        assert (await client.get(f"/v1/lignes-saisies/{saisie['id']}")).status_code == 404

"""FAC-8 : de la contestation à la note de crédit et à la facture suivante, par les routes."""

import asyncio
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from facturation.contestations.entrees.taches import publier_rappels
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.decisions import (
    SEPTEMBRE,
    agent,
    contester,
    mtq,
    octobre,
    poser,
    trois_postes,
)
from services.facturation.tests.scene import executer, facture
from socle.injection_fautes import poser_piege

pytestmark = pytest.mark.integration
PARTIELLE = {
    "decision": "partielle",
    "motif": "Vingt jours sur trente.",
    "lignes": [{"rang": 1, "montant": "98.00"}],
}


async def test_fac_8_de_la_contestation_a_la_facture_suivante(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b, taxable=True)
    ouverte = await contester(b, 1, 2)
    assert (ouverte["etat"], ouverte["echeance"]) == ("ouverte", "2026-10-31")
    await poser(agent(b), ouverte, "examen")
    await poser(agent(b), ouverte, "question", texte="Quel billet?")
    b.horloge.aller("2026-10-06T09:00-04:00")
    repondue = await poser(mtq(b), ouverte, "reponse", texte="INC0045871.")
    assert repondue["echeance"] == "2026-11-05"
    tranchee = await poser(agent(b), ouverte, "decision", **PARTIELLE)
    assert (tranchee["etat"], tranchee["note"]) == ("partielle", "NC-2026-2027-000001")
    assert [(x["rang"], x["accorde"]) for x in tranchee["lignes"]] == [(1, "98.00"), (2, "0.00")]
    assert [(e["geste"], e["par"]) for e in tranchee["fil"]] == [
        ("examen", "facturation-1"),
        ("question", "facturation-1"),
        ("reponse", "gestionnaire-1"),
        ("acceptation_partielle", "facturation-1"),
    ]
    lue = await mtq(b).get(f"/v1/contestations/{ouverte['id']}")
    assert lue.json() == tranchee
    assert lue.headers["ETag"].startswith('"5.')
    assert (await facture(b, "NC-2026-2027-000001"))["total"] == "-112.68"

    types = ("facture.contestée", "note_de_crédit.émise", "contestation.tranchée")
    (contestee,), (note,), (decidee,) = [await b.sortants(t) for t in types]
    assert contestee.donnees["lignes"] == [1, 2]
    assert decidee.donnees == {
        "organisme": "MTQ",
        "contestation_id": ouverte["id"],
        "numero": SEPTEMBRE,
        "lignes": [1, 2],
        "decision": "partielle",
        "note": note.donnees["numero"],
        "rendu": "112.68",
    }
    assert {x["periode"] for x in (await octobre(b))["lignes"]} == {"2026-10"}


async def test_fac_8_acceptee_elle_rend_tout_rejetee_rien(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    for rang, decision, attendu in ((1, "acceptee", "147.00"), (2, "rejetee", "0.00")):
        ouverte = await contester(b, rang)
        await poser(agent(b), ouverte, "examen")
        corps = {"decision": decision, "motif": "Vu le billet."}
        tranchee = await poser(agent(b), ouverte, "decision", **corps)
        assert tranchee["lignes"][0]["accorde"] == attendu
        assert (tranchee["note"] is None) is (decision == "rejetee")
    notes = await mtq(b).get(f"/v1/factures/{SEPTEMBRE}/notes-credit")
    assert [x["total"] for x in notes.json()["elements"]] == ["-147.00"]


async def test_fac_8_deux_decisions_a_la_fois_n_en_font_qu_une(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    ouverte = await contester(b, 1)
    await poser(agent(b), ouverte, "examen")
    chemin = f"/v1/contestations/{ouverte['id']}/decision"
    rendus = await asyncio.gather(
        *(agent(b, f"agent-{n}").post(chemin, json=PARTIELLE) for n in range(4))
    )
    assert sorted(r.status_code for r in rendus) == [200, 409, 409, 409]
    assert len(await b.sortants("contestation.tranchée")) == 1
    assert len(await b.sortants("note_de_crédit.émise")) == 1


async def test_fac_8_decider_de_ce_qu_on_a_lu(banc: MonterBanc) -> None:
    """Un échange s'est ajouté depuis la lecture : la décision sous If-Match se refuse."""
    b = await banc("facturation")
    await trois_postes(b)
    ouverte = await contester(b, 1)
    await poser(agent(b), ouverte, "examen")
    chemin = f"/v1/contestations/{ouverte['id']}"
    lue = (await agent(b).get(chemin)).headers["ETag"]
    await poser(agent(b), ouverte, "question", texte="Quel billet?")
    await poser(mtq(b), ouverte, "reponse", texte="INC0045871.")
    perimee = await agent(b).post(f"{chemin}/decision", json=PARTIELLE, headers={"If-Match": lue})
    assert perimee.status_code == 412
    relue = (await agent(b).get(chemin)).headers["ETag"]
    a_jour = await agent(b).post(f"{chemin}/decision", json=PARTIELLE, headers={"If-Match": relue})
    assert a_jour.status_code == 200


async def test_fac_8_deux_contestations_d_une_ligne_a_la_fois_n_en_font_qu_une(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    corps = {"motif": "Hors d'usage.", "lignes": [{"rang": 1}]}
    chemin = f"/v1/factures/{SEPTEMBRE}/contestations"
    rendus = await asyncio.gather(*(mtq(b).post(chemin, json=corps) for _ in range(4)))
    assert sorted(r.status_code for r in rendus) == [201, 409, 409, 409]
    assert {r.json()["regle"] for r in rendus if r.status_code == 409} == {"FAC-8"}


@pytest.mark.parametrize("montant", ["147.01", "10000.00"])
async def test_fac_8_une_decision_au_dela_de_la_ligne_n_ecrit_rien(
    banc: MonterBanc, montant: str
) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    ouverte = await contester(b, 1)
    await poser(agent(b), ouverte, "examen")
    corps = {**PARTIELLE, "lignes": [{"rang": 1, "montant": montant}]}
    refus = await agent(b).post(f"/v1/contestations/{ouverte['id']}/decision", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-13")
    assert "147,00" in refus.json()["detail"]
    lue = (await agent(b).get(f"/v1/contestations/{ouverte['id']}")).json()
    assert (lue["etat"], lue["version"]) == ("en_examen", 2)


async def test_fac_8_tardive_la_facturation_l_admet_avec_motif(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    b.horloge.aller("2026-12-01T09:00-05:00")
    tardive = await contester(b, 1)
    assert (tardive["etat"], tardive["tardive"]) == ("a_admettre", True)
    assert await b.sortants("facture.contestée") == []
    refus = await agent(b).post(f"/v1/contestations/{tardive['id']}/examen", json={})
    assert refus.status_code == 409
    sans_motif = await agent(b).post(f"/v1/contestations/{tardive['id']}/admission", json={})
    assert sans_motif.status_code == 422
    admise = await poser(agent(b), tardive, "admission", texte="Relevé reçu en retard.")
    assert admise["etat"] == "ouverte"
    (contestee,) = await b.sortants("facture.contestée")
    assert contestee.donnees["tardive"] is True


async def test_fac_8_une_ligne_tranchee_ne_se_rouvre_que_sur_un_fait_nouveau(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    premiere = await contester(b, 1)
    await poser(agent(b), premiere, "examen")
    await poser(agent(b), premiere, "decision", **PARTIELLE)
    chemin = f"/v1/factures/{SEPTEMBRE}/contestations"
    corps = {"motif": "Encore.", "lignes": [{"rang": 1}]}
    assert (await mtq(b).post(chemin, json=corps)).status_code == 409
    seconde = await contester(b, 1, fait_nouveau="Le rapport du fournisseur du 3 octobre.")
    assert seconde["etat"] == "a_admettre"
    await poser(agent(b), seconde, "admission", texte="Le rapport est neuf.")
    await poser(agent(b), seconde, "examen")
    finie = await poser(agent(b), seconde, "decision", decision="acceptee", motif="Fondée.")
    # 98 $ déjà rendus : il n'en restait que 49.
    assert finie["lignes"][0]["accorde"] == "49.00"
    siennes = (await mtq(b).get(chemin)).json()["elements"]
    assert [x["etat"] for x in siennes] == ["partielle", "acceptee"]


async def test_fac_8_retiree_la_ligne_peut_se_contester_de_nouveau(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    ouverte = await contester(b, 1)
    assert (await poser(mtq(b, "autre"), ouverte, "retrait"))["etat"] == "retiree"
    assert len(await b.sortants("contestation.retirée")) == 1
    refus = await agent(b).post(f"/v1/contestations/{ouverte['id']}/examen", json={})
    assert refus.status_code == 409
    assert (await contester(b, 1))["etat"] == "ouverte"


async def test_fac_8_la_ligne_d_un_autre_est_introuvable(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    ouverte = await contester(b, 1)
    corps = {"motif": "m", "lignes": [{"rang": 1}]}
    voisine = b.client("gestionnaire", organisme="RAMQ")
    for chemin, envoi in (
        (f"factures/{SEPTEMBRE}/contestations", corps),
        (f"factures/{SEPTEMBRE}/validation", None),
        (f"contestations/{ouverte['id']}/retrait", {}),
        (f"contestations/{ouverte['id']}/pieces", {"nom": "a.csv", "contenu": "YTti"}),
    ):
        assert (await voisine.post(f"/v1/{chemin}", json=envoi)).status_code == 404, chemin
    for chemin in (f"contestations/{ouverte['id']}", f"factures/{SEPTEMBRE}/validation"):
        assert (await voisine.get(f"/v1/{chemin}")).status_code == 404, chemin
    assert (await voisine.get("/v1/contestations")).json()["elements"] == []
    sienne = {"motif": "m", "lignes": [{"rang": 9}]}
    absente = await mtq(b).post(f"/v1/factures/{SEPTEMBRE}/contestations", json=sienne)
    assert absente.status_code == 404


async def test_fac_8_ni_machine_ni_lecteur_ne_contestent_ni_ne_valident(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    corps = {"motif": "m", "lignes": [{"rang": 1}]}
    for client in (
        b.client("portail", organisme="MTQ"),
        b.client("integration"),
        b.client("demandeur", organisme="MTQ"),
        agent(b),
    ):
        for chemin, envoi in (("contestations", corps), ("validation", None)):
            refus = await client.post(f"/v1/factures/{SEPTEMBRE}/{chemin}", json=envoi)
            assert refus.status_code == 403


async def test_fac_8_un_rappel_survit_aux_arrets_et_ne_se_dit_qu_une_fois(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    await contester(b, 1)
    b.horloge.aller("2026-10-24T09:00-04:00")

    passages = count(1)

    def mourir(nom: str) -> None:
        # Le premier passage lit ce qui est dû; le second publie.
        if nom == "avant_commit" and next(passages) > 1:
            raise ConnectionResetError("panne d'essai")

    poser_piege(mourir)
    try:
        with pytest.raises(ExceptionGroup):
            await publier_rappels(b.contexte)
    finally:
        poser_piege(None)
    assert await b.sortants("contestation.à_risque") == []
    await asyncio.gather(*(publier_rappels(b.contexte) for _ in range(3)))
    assert await b.tache("rappels") == 0
    (approche,) = await b.sortants("contestation.à_risque")
    assert approche.donnees["echeance"] == "2026-10-31"
    b.horloge.aller("2026-11-01T09:00-04:00")
    assert await b.tache("rappels") == 1
    assert await b.tache("rappels") == 0
    assert len(await b.sortants("contestation.en_retard")) == 1
    en_retard = await agent(b).get("/v1/contestations", params={"en_retard": True})
    assert len(en_retard.json()["elements"]) == 1


async def test_fac_8_une_question_sans_reponse_se_rappelle(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    ouverte = await contester(b, 1)
    await poser(agent(b), ouverte, "examen")
    await poser(agent(b), ouverte, "question", texte="Quel billet?")
    b.horloge.aller("2026-10-11T00:30-04:00")
    assert await b.tache("rappels") == 1
    (rappel,) = await b.sortants("contestation.sans_réponse")
    assert rappel.donnees["question_le"] == "2026-10-01"


async def test_fac_8_les_contestations_se_listent_par_etat_et_age(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    await contester(b, 1)
    b.horloge.aller("2026-10-05T09:00-04:00")
    await poser(agent(b), await contester(b, 2), "examen")

    async def listees(**params: Any) -> int:
        rendu = await agent(b).get("/v1/contestations", params=params)
        assert rendu.status_code == 200, rendu.text
        return len(rendu.json()["elements"])

    assert await listees() == 2
    assert await listees(etat="en_examen") == 1
    assert await listees(organisme="RAMQ") == 0
    assert [await listees(age=jours) for jours in (0, 4, 5)] == [2, 1, 0]
    assert await listees(en_retard=True) == 0
    premiere = (await agent(b).get("/v1/contestations", params={"limite": 1})).json()
    assert await listees(curseur=premiere["suivant"]) == 1


async def test_tel_2_l_organisme_valide_une_fois_et_le_silence_ne_valide_rien(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    chemin = f"/v1/factures/{SEPTEMBRE}/validation"
    ouverte = await contester(b, 1)
    contestee = await mtq(b).post(chemin)
    assert (contestee.status_code, contestee.json()["regle"]) == (409, "FAC-8")
    await poser(mtq(b), ouverte, "retrait")
    b.horloge.aller("2027-03-01T09:00-05:00")
    assert (await mtq(b).get(chemin)).json()["validee_le"] is None
    signataire = b.client("signataire", organisme="MTQ", sujet="signataire-1")
    validee = await signataire.post(chemin)
    assert (validee.status_code, validee.json()["validee_par"]) == (201, "signataire-1")
    assert (await agent(b).get(chemin)).json() == validee.json()
    assert (await mtq(b).post(chemin)).status_code == 409
    (publiee,) = await b.sortants("facture.validée")
    assert publiee.donnees == {"organisme": "MTQ", "numero": SEPTEMBRE}
    corps = {"motif": "m", "lignes": [{"rang": 1}]}
    refus = await mtq(b).post(f"/v1/factures/{SEPTEMBRE}/contestations", json=corps)
    assert "validé" in refus.json()["detail"]


async def test_fac_8_ce_qui_est_dit_verse_ou_valide_ne_change_plus(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    ouverte = await contester(b, 1)
    await poser(agent(b), ouverte, "examen")
    await mtq(b).post(
        f"/v1/contestations/{ouverte['id']}/pieces", json={"nom": "a.csv", "contenu": "YTti"}
    )
    await poser(mtq(b), ouverte, "retrait")
    await mtq(b).post(f"/v1/factures/{SEPTEMBRE}/validation")
    for table in ("echanges", "pieces", "validations"):
        for ordre in (f"UPDATE {table} SET organisme = 'RAMQ'", f"DELETE FROM {table}"):
            with pytest.raises(Exception, match="ne change plus"):
                await _ordonner(b, ordre)


async def _ordonner(b: Banc, ordre: str) -> None:
    async with b.interne() as connexion:
        await connexion.ecrire(text(ordre))


async def test_fac_8_une_contestation_n_arrete_pas_l_emission_du_mois(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    ouverte = await contester(b, 1)
    await poser(agent(b), ouverte, "examen")
    await octobre(b)
    tranchee = await poser(agent(b), ouverte, "decision", **PARTIELLE)
    note = await facture(b, tranchee["note"])
    assert (note["periode"], note["emise_le"]) == ("2026-11", "2026-11-02")
    b.horloge.aller("2026-12-01T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1", "sbg.courtier.v1", "sbg.demandes.v1")
    (sort,) = (await executer(b, "2026-11"))["sorts"]
    assert sort["total"] == "441.00"


async def test_fac_8_une_machine_n_engage_personne_meme_sous_un_autre_role(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    robot = b.client("gestionnaire", "portail", organisme="MTQ")
    robot_du_mcn = b.client("facturation", "integration")
    corps = {"motif": "Hors d'usage.", "lignes": [{"rang": 1}]}
    ouverte = await contester(b, 1)
    tentes = (
        (robot, f"factures/{SEPTEMBRE}/contestations", corps, "FAC-8"),
        (robot, f"factures/{SEPTEMBRE}/validation", None, "TEL-2"),
        (robot, f"contestations/{ouverte['id']}/retrait", {"texte": "Non."}, "FAC-8"),
        (robot_du_mcn, f"contestations/{ouverte['id']}/decision", PARTIELLE, "FAC-8"),
        (
            robot_du_mcn,
            "approbations",
            {"periode": "2026-10", "apercus": [{"organisme": "MTQ", "empreinte": "0" * 64}]},
            "FAC-7",
        ),
    )
    for client, chemin, corps_, regle in tentes:
        refus = await client.post(f"/v1/{chemin}", json=corps_)
        assert (refus.status_code, refus.json().get("regle")) == (403, regle), (chemin, refus.text)

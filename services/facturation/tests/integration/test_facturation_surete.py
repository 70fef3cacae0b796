"""Ne facturer qu'une fois, quoi qu'il arrive; ne montrer qu'à qui de droit."""

import asyncio
from collections.abc import Iterator
from itertools import count
from uuid import NAMESPACE_DNS, uuid4, uuid5

import asyncpg
import pytest
from sqlalchemy import text

from facturation.emissions.adaptateurs import vues
from facturation.emissions.cas_usage import EmettreFacture, emettre_facture
from facturation.emissions.entrees.taches import emettre
from facturation.emissions.ports import Ports
from facturation.factures.domaine.emetteur import SANS_INSCRIPTION
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    executer,
    facture,
    fermer_septembre,
    jour,
    livraison,
    organisme,
    planter,
)
from socle.bd.moteur import DelaisBase, ouvrir_moteur
from socle.bd.transaction import INTERNE, transaction
from socle.injection_fautes import poser_piege

pytestmark = pytest.mark.integration

CODES = ("CNESST", "MESS", "MTQ", "RAMQ", "SAAQ")


async def _un_poste_chacun(b: Banc, *codes: str) -> None:
    """Un poste livré le 1er à chacun; les identifiants sont toujours les mêmes."""
    await planter(b, *codes)
    for code in codes:
        actif, evenement = uuid5(NAMESPACE_DNS, f"actif {code}"), uuid5(NAMESPACE_DNS, code)
        await b.recevoir(livraison(actif, code=code), survenu_le=a(jour(1)), id=evenement)
    await fermer_septembre(b)


async def _numeros(b: Banc) -> list[str]:
    reponse = await b.client("facturation").get("/v1/factures")
    return [f["numero"] for f in reponse.json()["elements"]]


async def test_fac_6_deux_executions_a_la_fois_ne_facturent_qu_une_fois(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, *CODES)
    client = b.client("facturation")
    for _ in range(2):
        await client.post("/v1/executions", json={"periode": "2026-09"})
    emissions = await b.contexte.lire(vues.emissions_a_faire(SANS_INSCRIPTION))
    assert len(emissions) == 2 * len(CODES)

    async def une(emission: EmettreFacture) -> str:
        cle = f"{emission.execution_id}:{emission.organisme}"
        traitement = await b.contexte.executer(
            "emettre_facture", Ports, emettre_facture, emission, cle=cle
        )
        assert traitement is not None
        return traitement.etat

    # Tout à la fois, comme si deux relais ignoraient le verrou du travail.
    etats = await asyncio.gather(*map(une, emissions))
    assert sorted(etats) == ["deja_emise"] * 5 + ["emise"] * 5
    assert await _numeros(b) == [f"2026-2027-{n:06d}" for n in range(1, 6)]
    assert len(await b.sortants("facture.émise")) == 5


async def test_fac_6_le_numero_n_a_pas_de_trou_quand_des_emissions_s_annulent(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, *CODES)
    await b.client("facturation").post("/v1/executions", json={"periode": "2026-09"})
    passages = 0

    def piege(nom: str) -> None:
        nonlocal passages
        if nom == "avant_commit":
            passages += 1
            # Une écriture sur trois échoue juste avant d'être commise.
            if passages % 3 == 0:
                raise ConnectionResetError("panne d'essai")

    poser_piege(piege)
    try:
        for _ in range(6):
            await asyncio.gather(*(emettre(b.contexte) for _ in range(3)), return_exceptions=True)
    finally:
        poser_piege(None)
    await b.tache("emissions")
    assert await _numeros(b) == [f"2026-2027-{n:06d}" for n in range(1, 6)]


class Arret(BaseException):
    """Le processus meurt ici."""


async def test_fac_6_reprise_apres_un_arret_donne_les_memes_factures(banc: MonterBanc) -> None:
    empreintes = []
    for arret_au in (0, 2, 4):
        b = await banc("facturation")
        await _un_poste_chacun(b, *CODES)
        await b.client("facturation").post("/v1/executions", json={"periode": "2026-09"})
        ecritures = count(1)

        def piege(nom: str, ecritures: Iterator[int] = ecritures, au: int = arret_au) -> None:
            if nom == "avant_commit" and next(ecritures) == au:
                raise Arret

        poser_piege(piege)
        try:
            await emettre(b.contexte)
        except Arret:
            assert len(await _numeros(b)) < len(CODES)
        finally:
            poser_piege(None)
        await b.tache("emissions")
        numeros = await _numeros(b)
        empreintes.append([(await facture(b, numero))["empreinte"] for numero in numeros])
    assert len(empreintes[0]) == len(CODES)
    assert empreintes[0] == empreintes[1] == empreintes[2]


async def test_fac_6_un_organisme_en_erreur_est_mis_de_cote_sans_arreter_les_autres(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ", "RAMQ")
    await b.recevoir(livraison(uuid4(), code="INCONNU"), survenu_le=a(jour(1)))
    execution = await executer(b)
    assert {s["organisme"]: s["etat"] for s in execution["sorts"]} == {
        "INCONNU": "en_attente",
        "MTQ": "emise",
        "RAMQ": "emise",
    }
    (ecarte,) = [s for s in execution["sorts"] if s["raison"]]
    assert ecarte["raison"] == "Le fichier client d'INCONNU n'est pas encore connu."
    assert (execution["organismes"], execution["traites"]) == (3, 3)
    # Le fichier client arrive : une nouvelle exécution reprend celui-là.
    await b.recevoir(organisme("INCONNU"))
    reprise = await executer(b, organisme="INCONNU")
    assert [s["etat"] for s in reprise["sorts"]] == ["emise"]


async def test_une_erreur_de_calcul_met_de_cote_et_se_dit(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ", "RAMQ")
    async with b.interne() as connexion:
        await connexion.ecrire(
            text("UPDATE faits SET donnees = donnees - 'role' WHERE organisme = 'MTQ'")
        )
    sorts = {s["organisme"]: s for s in (await executer(b))["sorts"]}
    assert sorts["RAMQ"]["etat"] == "emise"
    assert sorts["MTQ"]["etat"] == "en_attente"
    assert sorts["MTQ"]["raison"].startswith("Le calcul a échoué")


async def test_fac_14_un_calcul_trop_long_met_de_cote_avec_sa_raison(banc: MonterBanc) -> None:
    """Vu : il recommençait sans fin, sans dire pourquoi, et les autres attendaient."""
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ", "RAMQ")
    patient = b.moteur_interne
    presse = ouvrir_moteur(b.roles.dsn("interne"), DelaisBase(transaction=400, reserve=4))
    async with transaction(patient, INTERNE) as autre:
        await autre.ecrire(text("SELECT 1 FROM arretes WHERE organisme = 'MTQ' FOR UPDATE"))
        b.moteur_interne = presse
        sorts = {s["organisme"]: s for s in (await executer(b))["sorts"]}
    assert sorts["RAMQ"]["etat"] == "emise"
    assert sorts["MTQ"]["etat"] == "en_attente"
    assert sorts["MTQ"]["raison"].startswith("Le calcul dépasse le délai d'une transaction")
    b.moteur_interne = patient
    await presse.fermer()
    reprise = await executer(b, organisme="MTQ")
    assert [s["etat"] for s in reprise["sorts"]] == ["emise"]


async def test_fac_7_la_base_refuse_de_changer_une_facture(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ")
    await executer(b)
    for ordre in (
        "UPDATE factures SET total = 0",
        "DELETE FROM factures",
        "UPDATE lignes SET montant = 0",
        "DELETE FROM lignes",
    ):
        with pytest.raises(asyncpg.PostgresError, match="FAC-7"):
            async with b.interne() as connexion:
                await connexion.ecrire(text(ordre))


async def test_un_organisme_ne_voit_que_ce_qui_le_concerne(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ", "RAMQ")
    await executer(b)
    mtq = b.client("signataire", organisme="MTQ")
    (sienne,) = (await mtq.get("/v1/factures")).json()["elements"]
    assert sienne["organisme"] == "MTQ"
    autre = "/v1/factures/2026-2027-000002"
    for adresse in (autre, f"{autre}/lignes"):
        assert (await mtq.get(adresse)).status_code == 404
    for format_demande in ("text/csv", "application/pdf"):
        lue = await mtq.get(autre, headers={"Accept": format_demande})
        assert lue.status_code == 404
    for liste in ("factures", "abonnements", "lignes-en-attente"):
        assert (await mtq.get(f"/v1/{liste}", params={"organisme": "RAMQ"})).status_code == 404
        assert (await mtq.get(f"/v1/{liste}", params={"organisme": "MTQ"})).status_code == 200
        inconnu = await b.client("facturation").get(f"/v1/{liste}", params={"organisme": "ZZZ"})
        assert inconnu.json()["elements"] == []
    assert (await mtq.get("/v1/abonnements")).json()["elements"][0]["organisme"] == "MTQ"


async def test_seul_le_mcn_emet(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ")
    corps = {"periode": "2026-09", "apercu": True}
    for client, attendu in (
        (b.client(), 401),
        (b.client("demandeur", organisme="MTQ"), 403),
        (b.client("mesure"), 403),
        (b.client("admin"), 200),
    ):
        assert (await client.post("/v1/executions", json=corps)).status_code == attendu
    assert (await b.client("demandeur", organisme="MTQ").get("/v1/factures")).status_code == 403


async def test_fac_7_un_apercu_reste_borne(banc: MonterBanc) -> None:
    """Au-delà de vingt organismes, l'aperçu demande d'en nommer un."""
    b = await banc("facturation")
    codes = [f"ORG{numero:02}" for numero in range(21)]
    await b.recevoir(*(organisme(code) for code in codes))
    client = b.client("facturation")
    corps = {"periode": "2026-09", "apercu": True}
    refus = await client.post("/v1/executions", json=corps)
    assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-7")
    nomme = await client.post("/v1/executions", json=corps | {"organisme": codes[0]})
    assert nomme.status_code == 200


async def test_une_execution_mal_formee_est_refusee(banc: MonterBanc) -> None:
    client = (await banc("facturation")).client("facturation")
    corps: list[object] = [
        {},
        {"periode": "2026-13"},
        {"periode": "septembre"},
        {"periode": "0000-01"},
        {"periode": "9999-12"},
        {"periode": "2026-09", "organisme": "mtq"},
        {"periode": "2026-09", "apercu": "peut-être"},
        {"periode": "2026-09", "autre": 1},
        [],
    ]
    for recu in corps:
        reponse = await client.post("/v1/executions", json=recu)
        assert reponse.status_code == 422, recu
        assert reponse.headers["content-type"] == "application/problem+json"


async def test_fac_7_l_avenir_ne_se_calcule_pas(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ")
    for apercu in (True, False):
        corps = {"periode": "2099-12", "apercu": apercu}
        refus = await b.client("facturation").post("/v1/executions", json=corps)
        assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-7")


async def test_ce_qui_n_existe_pas_est_404(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ")
    client = b.client("facturation")
    for apercu in (True, False):
        corps = {"periode": "2026-09", "organisme": "ZZZ", "apercu": apercu}
        assert (await client.post("/v1/executions", json=corps)).status_code == 404
    assert (await client.get(f"/v1/executions/{uuid4()}")).status_code == 404
    assert (await client.get("/v1/factures/2026-2027-999999")).status_code == 404
    assert (await client.get("/v1/factures/pas-un-numero")).status_code == 422


async def test_fac_6_la_meme_cle_ne_cree_qu_une_execution(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ")
    client = b.client("facturation")
    cle = {"Idempotency-Key": "emission-septembre"}
    corps = {"periode": "2026-09"}
    reponses = [await client.post("/v1/executions", json=corps, headers=cle) for _ in range(2)]
    assert reponses[0].headers["Location"] == reponses[1].headers["Location"]


async def test_fac_7_rien_ne_s_emet_pendant_que_les_copies_se_refont(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await _un_poste_chacun(b, "MTQ")
    client = b.client("facturation")
    demande = await client.post("/v1/executions", json={"periode": "2026-09"})
    async with b.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM socle_jalons"))
        await connexion.ecrire(text("DELETE FROM faits"))
    await b.tache("emissions")
    (sort,) = (await client.get(demande.headers["Location"])).json()["sorts"]
    assert sort["etat"] == "en_attente"
    assert "des faits peuvent encore venir" in sort["raison"]

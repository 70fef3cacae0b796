"""Changer un code d'imputation pour l'avenir, en JSON ou d'un tableur (FAC-16)."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text

from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    SUJETS,
    creee,
    executer,
    facture,
    fermer_septembre,
    jour,
    livraison,
    planter,
)

pytestmark = pytest.mark.integration
ADRESSE = "/v1/imputations"
NOVEMBRE = datetime(2026, 11, 2, 14, tzinfo=UTC)
SECONDE = "2026-2027-000002"


async def _livrer(b: Banc, *codes: str) -> list[UUID]:
    """Un poste par organisme, livré le 1er septembre, septembre émis."""
    await planter(b, *codes)
    actifs = [uuid4() for _ in codes]
    for actif, code in zip(actifs, codes, strict=True):
        livree = livraison(actif, code=code)
        await b.recevoir(livree, creee(livree, f"D-2026-{code}"), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    return actifs


def _dire(source: object, code: str = "NEUF", debut: str = "2026-10-01") -> dict[str, str]:
    return {"source": str(source), "imputation": code, "debut": debut}


async def _octobre(b: Banc) -> None:
    b.horloge.instant = NOVEMBRE
    await b.recevoir_jalons(NOVEMBRE, *SUJETS)
    await executer(b, "2026-10")


@pytest.mark.parametrize("par", ["actif", "demande"])
async def test_fac_16_le_code_change_les_lignes_a_venir_et_rien_d_emis(
    banc: MonterBanc, par: str
) -> None:
    b = await banc("facturation")
    (actif,) = await _livrer(b, "MTQ")
    avant = await facture(b)
    source = actif if par == "actif" else "D-2026-MTQ"
    client = b.client("gestionnaire", organisme="MTQ")
    posee = await client.post(ADRESSE, json={"imputations": [_dire(source)]})
    assert (posee.status_code, posee.json()) == (201, {"ajoutees": 1, "inchangees": 0})
    redite = await client.post(ADRESSE, json={"imputations": [_dire(source)]})
    assert redite.json() == {"ajoutees": 0, "inchangees": 1}
    await _octobre(b)
    assert await facture(b) == avant
    (ligne,) = (await facture(b, SECONDE))["lignes"]
    assert (ligne["imputation"], ligne["montant"]) == ("NEUF", "147.00")
    totaux = (await client.get(f"/v1/factures/{SECONDE}/sous-totaux")).json()
    assert totaux["imputations"] == [{"valeur": "NEUF", "nombre": 1, "montant": "147.00"}]


async def test_fac_16_un_tableur_en_change_plusieurs_d_un_coup(banc: MonterBanc) -> None:
    b = await banc("facturation")
    mtq, ramq = await _livrer(b, "MTQ", "RAMQ")
    corps = (
        "Organisme;Source;Imputation;Début\r\n"
        f"MTQ;{mtq};2100-É;2026-10-01\r\nRAMQ;{ramq};77;2026-10-01\r\n"
    )
    posee = await b.client("facturation").post(
        ADRESSE, content=corps.encode("cp1252"), headers={"Content-Type": "text/csv"}
    )
    assert posee.json() == {"ajoutees": 2, "inchangees": 0}, posee.text
    lues = (await b.client("gestionnaire", organisme="MTQ").get(ADRESSE)).json()["elements"]
    assert [(x["source"], x["code"], x["debut"]) for x in lues] == [
        (str(mtq), "2100-É", "2026-10-01")
    ]


async def test_fac_16_une_mauvaise_rangee_n_en_laisse_passer_aucune(banc: MonterBanc) -> None:
    b = await banc("facturation")
    (actif,) = await _livrer(b, "MTQ")
    client = b.client("gestionnaire", organisme="MTQ")
    tardive = [_dire(actif), _dire(actif, debut="2026-09-30")]
    refus = await client.post(ADRESSE, json={"imputations": tardive})
    assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-16")
    assert "2026-10-01" in refus.json()["detail"]
    inconnue = await client.post(ADRESSE, json={"imputations": [_dire(actif), _dire("inconnu")]})
    assert inconnue.status_code == 404
    illisible = await client.post(ADRESSE, json={"imputations": [_dire(actif, code="a\u202eb")]})
    assert illisible.status_code == 422
    assert (await client.get(ADRESSE)).json()["elements"] == []


async def test_fac_16_la_source_d_un_autre_n_existe_pas(banc: MonterBanc) -> None:
    b = await banc("facturation")
    _, ramq = await _livrer(b, "MTQ", "RAMQ")
    client = b.client("gestionnaire", organisme="MTQ")
    for source in (ramq, "D-2026-RAMQ"):
        refus = await client.post(ADRESSE, json={"imputations": [_dire(source)]})
        assert refus.status_code == 404
    autre = {"imputations": [{**_dire(ramq), "organisme": "RAMQ"}]}
    assert (await client.post(ADRESSE, json=autre)).status_code == 404
    sans = await b.client("facturation").post(ADRESSE, json={"imputations": [_dire(ramq)]})
    assert sans.status_code == 422
    assert (await b.client("gestionnaire", organisme="RAMQ").get(ADRESSE)).json()["elements"] == []


@pytest.mark.parametrize("role", ["signataire", "demandeur", "portail", "integration"])
async def test_fac_16_seul_le_gestionnaire_ou_le_mcn_la_change(banc: MonterBanc, role: str) -> None:
    b = await banc("facturation")
    (actif,) = await _livrer(b, "MTQ")
    client = b.client(role, organisme="MTQ")
    assert (await client.post(ADRESSE, json={"imputations": [_dire(actif)]})).status_code == 403


async def test_fac_16_ce_qui_est_dit_ne_se_recrit_pas(banc: MonterBanc) -> None:
    b = await banc("facturation")
    (actif,) = await _livrer(b, "MTQ")
    client = b.client("gestionnaire", organisme="MTQ")
    await client.post(ADRESSE, json={"imputations": [_dire(actif)]})
    for geste in ("UPDATE imputations SET code = 'X'", "DELETE FROM imputations"):
        with pytest.raises(asyncpg.PostgresError, match="ne change plus"):
            async with b.interne() as connexion:
                await connexion.ecrire(text(geste))


async def test_fac_7_une_imputation_dite_apres_l_approbation_attend_le_mois_suivant(
    banc: MonterBanc,
) -> None:
    """L'aperçu approuvé ne change pas; ce qui s'émet ensuite porte le code."""
    b = await banc("facturation")
    (actif,) = await _livrer(b, "MTQ")
    b.horloge.instant = NOVEMBRE
    await b.recevoir_jalons(NOVEMBRE, *SUJETS)
    client, mcn = b.client("gestionnaire", organisme="MTQ"), b.client("facturation")
    vu = (await client.get("/v1/apercus?periode=2026-10")).json()
    nomme = {"organisme": "MTQ", "empreinte": vu["empreinte"]}
    approuve = await mcn.post("/v1/approbations", json={"periode": "2026-10", "apercus": [nomme]})
    assert approuve.json()["sorts"][0]["etat"] == "approuve"
    posee = await client.post(ADRESSE, json={"imputations": [_dire(actif)]})
    assert posee.status_code == 201
    await executer(b, "2026-10")
    (ligne,) = (await facture(b, SECONDE))["lignes"]
    assert ligne["imputation"] is None
    novembre = (await client.get("/v1/apercus?periode=2026-11")).json()
    assert [x["imputation"] for x in novembre["facture"]["lignes"]] == ["NEUF"]

"""FAC-13 : une décision émet sa note de crédit à l'instant, et rien ne s'en refacture."""

import asyncio
import csv
import io
from decimal import Decimal

import pypdf
import pytest
from sqlalchemy import text

from noyau import Conflit, Introuvable
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.decisions import SEPTEMBRE, crediter, octobre, trois_postes
from services.facturation.tests.scene import facture, jour, recuperation

pytestmark = pytest.mark.integration


async def test_fac_13_la_note_dit_la_ligne_qu_elle_corrige(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b, taxable=True)
    assert await crediter(b, SEPTEMBRE, L2="98.00") == "NC-2026-2027-000001"

    note = await facture(b, "NC-2026-2027-000001")
    # 441 × 5 % = 22,05; 343 × 5 % = 17,15; TVQ : 43,98975 → 43,99; 34,21425 → 34,21
    assert (note["nature"], note["corrige"], note["periode"]) == (
        "note_de_credit",
        SEPTEMBRE,
        "2026-10",
    )
    assert (note["total_avant_taxes"], note["tps"], note["tvq"], note["total"]) == (
        "-98.00",
        "-4.90",
        "-9.78",
        "-112.68",
    )
    (ligne,) = note["lignes"]
    corrigee = (await facture(b))["lignes"][1]
    repris = ("source", "tarif", "libelle", "produit", "fiche", "debut", "fin", "evenements")
    assert {nom: ligne[nom] for nom in repris} == {nom: corrigee[nom] for nom in repris}
    assert (ligne["rang_corrige"], ligne["montant"], ligne["ajustement"]) == (2, "-98.00", "-98.00")
    assert ligne["calcul"] == (
        "Crédit de 98,00\xa0$ sur la ligne 2, de 147,00\xa0$, du document 2026-2027-000001"
    )
    assert [x["motif"] for x in ligne["ajustements"]] == ["Le poste était en panne."]

    (publiee,) = await b.sortants("note_de_crédit.émise")
    assert (publiee.donnees["corrige"], publiee.donnees["total"]) == (SEPTEMBRE, "-112.68")
    assert publiee.donnees["empreinte"] == note["empreinte"]


async def test_fac_10_la_note_se_lit_et_se_liste_comme_tout_document(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b, taxable=True)
    await crediter(b, SEPTEMBRE, L2="98.00")
    client = b.client("gestionnaire", organisme="MTQ")
    adresse = "/v1/factures/NC-2026-2027-000001"
    brut = await client.get(adresse, headers={"Accept": "text/csv"})
    (rangee,) = csv.DictReader(io.StringIO(brut.content.decode("utf-8-sig")), delimiter=";")
    assert rangee["montant"] == "-98,00"
    pdf = await client.get(adresse, headers={"Accept": "application/pdf"})
    lu = pypdf.PdfReader(io.BytesIO(pdf.content)).pages[0].extract_text()
    assert SEPTEMBRE in lu
    assert "−112,68\xa0$" in lu

    listees = (await client.get(f"/v1/factures/{SEPTEMBRE}/notes-credit")).json()["elements"]
    assert [(x["numero"], x["corrige"]) for x in listees] == [("NC-2026-2027-000001", SEPTEMBRE)]
    assert (await client.get(f"{adresse}/notes-credit")).json()["elements"] == []
    autre = b.client("gestionnaire", organisme="RAMQ")
    assert (await autre.get(f"/v1/factures/{SEPTEMBRE}/notes-credit")).status_code == 404
    des_notes = await client.get("/v1/factures", params={"nature": "note_de_credit"})
    assert [x["numero"] for x in des_notes.json()["elements"]] == ["NC-2026-2027-000001"]


async def test_fac_13_rien_d_une_note_ne_revient_au_document_du_mois(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    await crediter(b, SEPTEMBRE, L1="98.00", L2=None)
    document = await octobre(b)
    assert [(x["periode"], x["montant"]) for x in document["lignes"]] == [("2026-10", "147.00")] * 3
    assert document["numero"] == "2026-2027-000002"


async def test_fac_13_un_fait_en_retard_apres_la_note_ne_rend_que_le_reste(
    banc: MonterBanc,
) -> None:
    """147 facturés, 98 rendus; récupéré le 12, 53,90 dus : la décision les couvre, 49 à rendre."""
    b = await banc("facturation")
    actifs = await trois_postes(b)
    lignes = (await facture(b))["lignes"]
    rang = next(x["rang"] for x in lignes if x["source"] == str(actifs[0]))
    await crediter(b, SEPTEMBRE, **{f"L{rang}": "98.00"})
    await b.recevoir(recuperation(actifs[0], jour(12)), survenu_le=a(jour(12)))
    document = await octobre(b)
    assert sorted((x["periode"], x["montant"]) for x in document["lignes"]) == [
        ("2026-09", "-49.00"),
        ("2026-10", "147.00"),
        ("2026-10", "147.00"),
    ]


async def test_fac_13_les_notes_somment_au_cent_a_ce_qu_elles_corrigent(banc: MonterBanc) -> None:
    """Trois notes de montants malcommodes rendent tout : montants et taxes du document."""
    b = await banc("facturation")
    await trois_postes(b, taxable=True)
    await crediter(b, SEPTEMBRE, L1="33.33", L2="0.01")
    await crediter(b, SEPTEMBRE, L1="0.07", L3="146.99")
    await crediter(b, SEPTEMBRE, L1=None, L2=None, L3=None)
    assert await crediter(b, SEPTEMBRE, L1=None, L2=None, L3=None) is None
    corrige = await facture(b)
    notes = [await facture(b, f"NC-2026-2027-{n:06d}") for n in (1, 2, 3)]
    for champ in ("total_avant_taxes", "tps", "tvq", "total"):
        assert sum(Decimal(n[champ]) for n in notes) == -Decimal(corrige[champ])
    document = await octobre(b)
    assert {x["periode"] for x in document["lignes"]} == {"2026-10"}


async def test_fac_13_des_decisions_a_la_fois_ne_passent_jamais_la_ligne(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    rendus = await asyncio.gather(
        *(crediter(b, SEPTEMBRE, L1="60.00") for _ in range(6)), return_exceptions=True
    )
    refus = [x for x in rendus if isinstance(x, BaseException)]
    assert sorted(x for x in rendus if isinstance(x, str)) == [
        "NC-2026-2027-000001",
        "NC-2026-2027-000002",
    ]
    assert all(isinstance(x, Conflit) and x.regle == "FAC-13" for x in refus)
    assert "27,00" in str(refus[0])
    # Aucun numéro perdu par celles qui ont été refusées.
    assert await crediter(b, SEPTEMBRE, L1="27.00") == "NC-2026-2027-000003"


@pytest.mark.parametrize("montant", ["147.01", "0.00", "-5.00"])
async def test_fac_13_un_montant_impossible_n_ecrit_rien(banc: MonterBanc, montant: str) -> None:
    b = await banc("facturation")
    await trois_postes(b)
    with pytest.raises(Conflit):
        await crediter(b, SEPTEMBRE, L1="20.00", L2=montant)
    with pytest.raises(Introuvable):
        await crediter(b, SEPTEMBRE, L9="20.00")
    async with b.interne() as connexion:
        for table in ("ajustements", "compteurs WHERE nature = 'note_de_credit'"):
            assert await connexion.valeur(text(f"SELECT count(*) FROM {table}")) == 0


async def test_fac_13_apres_un_credit_porte_au_mois_la_note_ne_rend_que_le_reste(
    banc: MonterBanc,
) -> None:
    """Un crédit de la facturation, porté au document suivant, compte aussi dans ce qui reste."""
    b = await banc("facturation")
    await trois_postes(b)
    agent = b.client("facturation")
    chemin = f"/v1/factures/{SEPTEMBRE}/lignes/1/ajustements"
    await agent.post(chemin, json={"montant": "-100.00", "motif": "Initiative."})
    with pytest.raises(Conflit, match="47,00"):
        await crediter(b, SEPTEMBRE, L1="47.01")
    await crediter(b, SEPTEMBRE, L1=None)
    lignes = (await octobre(b))["lignes"]
    assert [x["montant"] for x in lignes if x["periode"] == "2026-09"] == ["-100.00"]


async def test_fac_8_ce_qu_une_decision_a_rendu_ne_se_reprend_pas_d_office(
    banc: MonterBanc,
) -> None:
    """Ni de la ligne, ni de celle de la note; ce qu'un ajustement d'office a ôté, si."""
    b = await banc("facturation")
    await trois_postes(b)
    note = await crediter(b, SEPTEMBRE, L1="47.00")
    client = b.client("facturation")

    async def ajuster(numero: str | None, montant: str) -> int:
        corps = {"montant": montant, "motif": "Essai."}
        adresse = f"/v1/factures/{numero}/lignes/1/ajustements"
        return (await client.post(adresse, json=corps)).status_code

    assert await ajuster(SEPTEMBRE, "47.00") == 409
    assert await ajuster(note, "1.00") == 409
    assert await ajuster(SEPTEMBRE, "-20.00") == 201
    assert await ajuster(SEPTEMBRE, "20.01") == 409
    assert await ajuster(SEPTEMBRE, "20.00") == 201

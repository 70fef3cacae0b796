"""De la réception des faits à la facture, sur PostgreSQL réel, par les vrais chemins."""

import csv
import hashlib
import io
import json
import random
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pypdf
import pytest
from sqlalchemy import text

from contrats import demandes
from noyau import Tranche
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from outils.essais.tables import TABLES
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    EMISSION,
    SUJETS,
    contrat,
    executer,
    facture,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    organisme,
    perte,
    planter,
    produits,
    recuperation,
    soutien_etendu,
)
from socle.envoi.evenements import EvenementPublie

pytestmark = pytest.mark.integration
GRILLE = Tranche(Decimal(0), Decimal(1000), Decimal("0.005"))


async def test_fac_6_le_mois_se_facture_et_la_facture_se_lit(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    entier, rendu, perdu = uuid4(), uuid4(), uuid4()
    for actif, produit in ((entier, "BUREAU-STD"), (rendu, "BUREAU-STD"), (perdu, "PORTABLE-14")):
        await b.recevoir(livraison(actif, produit), survenu_le=a(jour(1)))
    await b.recevoir(fiche(2, jour(16), POSTE_01="150"))
    await b.recevoir(recuperation(rendu, jour(12)), survenu_le=a(jour(12)))
    await b.recevoir(perte(perdu, jour(18), "PORTABLE-14"), survenu_le=a(jour(18)))
    await fermer_septembre(b)

    execution = await executer(b)
    assert execution["etat"] == "terminee"
    # 73,50 + 75 (changement le 16); 53,90 (rendu le 12); 219 × 17 ÷ 30 = 124,10; 4 × 219 = 876
    assert execution["sorts"] == [
        {
            "organisme": "MTQ",
            "etat": "emise",
            "numero": "2026-2027-000001",
            "total": "1202.50",
            "raison": None,
            "traite_le": "2026-10-01T14:00:00Z",
        }
    ]
    document = await facture(b)
    assert sorted(ligne["montant"] for ligne in document["lignes"]) == [
        "124.10",
        "53.90",
        "73.50",
        "75.00",
        "876.00",
    ]
    assert document["destinataire"]["personne"] == "Camille Tremblay"
    assert document["emise_le"] == "2026-10-01"
    (sortant,) = await b.sortants("facture.émise")
    assert sortant.donnees["total"] == "1202.50"
    assert sortant.donnees["empreinte"] == document["empreinte"] == _sceau(document)


def _sceau(document: dict[str, object]) -> str:
    """L'empreinte, recalculée par qui ne connaît que la règle publiée."""
    corps = {nom: valeur for nom, valeur in document.items() if nom != "empreinte"}
    texte = json.dumps(corps, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(texte.encode()).hexdigest()


async def test_fac_10_csv_et_pdf_selon_accept(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b)
    await b.recevoir(organisme(taxable=True))
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    client = b.client("gestionnaire", organisme="MTQ")
    adresse = "/v1/factures/2026-2027-000001"

    document = (await client.get(adresse)).json()
    # 147 × 5 % = 7,35; 147 × 9,975 % = 14,66325 → 14,66
    assert (document["tps"], document["tvq"], document["total"]) == ("7.35", "14.66", "169.01")

    tableur = await client.get(adresse, headers={"Accept": "text/csv"})
    assert tableur.headers["content-type"].startswith("text/csv")
    (ligne,) = csv.DictReader(io.StringIO(tableur.content.decode("utf-8-sig")), delimiter=";")
    assert (ligne["tarif"], ligne["montant"], ligne["numero"]) == (
        "POSTE-01",
        "147,00",
        "2026-2027-000001",
    )

    pdf = await client.get(adresse, headers={"Accept": "application/pdf"})
    lecteur = pypdf.PdfReader(io.BytesIO(pdf.content))
    assert str(lecteur.root_object["/Lang"]) == "fr-CA"
    assert "169,01\xa0$" in lecteur.pages[0].extract_text()

    refus = await client.get(adresse, headers={"Accept": "image/png"})
    assert refus.status_code == 406


async def test_fac_7_l_apercu_est_l_emission_et_n_ecrit_rien(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    await b.recevoir(livraison(uuid4(), quantite=3), survenu_le=a(jour(9)))
    avant = await _lignes_en_base(b)
    client = b.client("facturation")
    vu = await client.post("/v1/executions", json={"periode": "2026-09", "apercu": True})
    assert vu.status_code == 200
    assert await _lignes_en_base(b) == avant
    mtq, ramq = vu.json()["organismes"]
    assert (mtq["etat"], ramq["etat"]) == ("a_emettre", "sans_ligne")

    await fermer_septembre(b)
    await executer(b)
    emise = await facture(b)
    assert {**mtq["facture"]} == {
        nom: valeur
        for nom, valeur in emise.items()
        if nom not in {"numero", "emise_le", "emetteur", "echeance", "modalites", "empreinte"}
    }
    apres = await client.post("/v1/executions", json={"periode": "2026-09", "apercu": True})
    assert apres.json()["organismes"][0]["numero"] == "2026-2027-000001"


async def _lignes_en_base(b: Banc) -> list[tuple[str, int]]:
    async with b.interne() as connexion:
        tables = await connexion.colonne(text(TABLES))
        return [(t, await connexion.valeur(text(f"SELECT count(*) FROM {t}"))) for t in tables]


async def test_fac_7_sans_les_jalons_l_emission_est_refusee_et_dit_qui_manque(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    client = b.client("facturation")
    b.horloge.instant = EMISSION
    await b.recevoir_jalons(EMISSION, "sbg.catalogue.v1")
    await b.recevoir_jalons(EMISSION - timedelta(days=3), "sbg.demandes.v1")
    refus = await client.post("/v1/executions", json={"periode": "2026-09"})
    assert refus.status_code == 409
    assert refus.json()["regle"] == "FAC-7"
    assert "courtier, demandes" in refus.json()["detail"]
    await b.recevoir_jalons(EMISSION, *SUJETS)
    assert (await client.post("/v1/executions", json={"periode": "2026-09"})).status_code == 202


async def test_fac_7_nul_producteur_ne_ferme_un_mois_que_notre_heure_n_a_pas_fini(
    banc: MonterBanc,
) -> None:
    """Des jalons en avance de deux minutes, permis, ne suffisent pas à émettre avant minuit."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    client = b.client("facturation")
    b.horloge.aller("2026-09-30T23:59-04:00")
    await b.recevoir_jalons(b.horloge() + timedelta(minutes=2), *SUJETS)
    refus = await client.post("/v1/executions", json={"periode": "2026-09"})
    assert (refus.status_code, refus.json()["regle"]) == (409, "FAC-7")
    b.horloge.aller("2026-10-01T00:00-04:00")
    assert (await client.post("/v1/executions", json={"periode": "2026-09"})).status_code == 202


async def test_fac_7_un_fait_en_retard_va_a_la_periode_ouverte(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    actif = uuid4()
    await b.recevoir(livraison(actif), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    await b.recevoir(recuperation(actif, jour(12)), survenu_le=a(jour(12)))
    b.horloge.aller("2026-11-02T09:00-05:00")
    await b.recevoir_jalons(b.horloge(), *SUJETS)
    await executer(b, "2026-10")
    document = await facture(b, "NC-2026-2027-000001")
    (ligne,) = document["lignes"]
    assert (ligne["montant"], ligne["periode"], ligne["regularisation"]) == (
        "-93.10",  # 53,90 − 147
        "2026-09",
        True,
    )
    # La période de septembre est fermée : la refaire ne change rien.
    assert (await executer(b, "2026-09"))["sorts"][0]["etat"] == "deja_emise"


async def test_fac_7_une_periode_d_avant_la_derniere_emise_est_fermee(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(1)))
    await fermer_septembre(b)
    await executer(b)
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(20, 8)))
    (sort,) = (await executer(b, "2026-08"))["sorts"]
    assert sort["etat"] == "en_attente"
    assert sort["raison"].startswith("La période 2026-08 est fermée pour MTQ")


async def test_courtier_frais_attend_se_signale_une_fois_puis_se_facture(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    signe = contrat(jour(9))
    await b.recevoir(signe, survenu_le=a(jour(9), 15))
    # Tant que le catalogue n'est pas reçu jusque-là, rien n'est signalé : il vient peut-être.
    assert await b.tache("attentes") == 0
    b.horloge.aller("2026-09-10T09:00-04:00")
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
    assert await b.tache("attentes") == 1
    (signal,) = await b.sortants("ligne.mise_en_attente")
    assert (signal.donnees["tarif"], signal.donnees["source_id"]) == (
        "COURTIER-FRAIS",
        str(signe.contrat_id),
    )
    client = b.client("facturation")
    (attente,) = (await client.get("/v1/lignes-en-attente")).json()["elements"]
    assert attente["periode"] == "2026-09"

    # Un autre fait revoit l'organisme : la même attente ne se signale pas deux fois.
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(10)))
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
    assert await b.tache("attentes") == 1
    assert len(await b.sortants("ligne.mise_en_attente")) == 1

    # La grille vient, et vaut dès une date passée : 1 000 + 0,5 % × 240 000 = 2 200
    await b.recevoir(fiche(2, grille=(GRILLE,)))
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
    assert await b.tache("attentes") == 1
    assert (await client.get("/v1/lignes-en-attente")).json()["elements"] == []
    levees = await client.get("/v1/lignes-en-attente", params={"levees": True})
    assert len(levees.json()["elements"]) == 1
    await fermer_septembre(b)
    await executer(b)
    lignes = (await facture(b))["lignes"]
    (frais,) = [ligne for ligne in lignes if ligne["tarif"] == "COURTIER-FRAIS"]
    assert frais["montant"] == "2200.00"


async def test_fac_6_l_ordre_et_les_repetitions_ne_changent_pas_la_facture(
    banc: MonterBanc,
) -> None:
    actifs = [uuid4() for _ in range(4)]
    recit: list[tuple[EvenementPublie, int]] = [
        (fiche(), 1),
        *((p, 1) for p in produits()),
        (organisme(), 1),
        *((livraison(actif), 2 + rang) for rang, actif in enumerate(actifs)),
        (perte(actifs[0], jour(20)), 20),
        (recuperation(actifs[1], jour(12)), 12),
        (
            demandes.InterventionEffectuee(
                organisme="MTQ", incident_id=uuid4(), intervention_id=uuid4(),
                debut=a(jour(9), 18), minutes=20, cloture=True,
            ),
            9,
        ),
    ]  # fmt: skip
    empreintes = set()
    modele = await banc("facturation")
    messages = [modele.message(e, survenu_le=a(jour(j))) for e, j in recit]
    for graine in range(3):
        b = await banc("facturation")
        melange = [*messages, *messages[::2]]
        random.Random(graine).shuffle(melange)
        for debut in range(0, len(melange), 5):
            await b.recevoir_messages(melange[debut : debut + 5])
        assert await b.rebuts() == []
        await fermer_septembre(b)
        await executer(b)
        empreintes.add((await facture(b))["empreinte"])
    assert len(empreintes) == 1


async def test_fac_1_les_abonnements_se_listent_par_date(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    garde, rendu = uuid4(), uuid4()
    await b.recevoir(livraison(garde), livraison(rendu), survenu_le=a(jour(3)))
    await b.recevoir(livraison(uuid4(), "LOGICIEL-X"), survenu_le=a(jour(3)))
    await b.recevoir(recuperation(rendu, jour(12)), survenu_le=a(jour(12)))
    abonnement = uuid4()
    await b.recevoir(soutien_etendu(abonnement, jour(1)), survenu_le=a(jour(1)))
    client = b.client("gestionnaire", organisme="MTQ")
    tous = (await client.get("/v1/abonnements")).json()["elements"]
    assert {(x["source"], x["tarif"], x["fin"]) for x in tous} == {
        (str(garde), "POSTE-01", None),
        (str(rendu), "POSTE-01", "2026-09-12"),
        (str(abonnement), "SOUTIEN-ETENDU", None),
    }
    le_12 = (await client.get("/v1/abonnements", params={"le": "2026-09-12"})).json()["elements"]
    assert {x["source"] for x in le_12} == {str(garde), str(abonnement)}
    premiere = (await client.get("/v1/abonnements", params={"limite": 2})).json()
    seconde = await client.get(
        "/v1/abonnements", params={"limite": 2, "curseur": premiere["suivant"]}
    )
    assert len(premiere["elements"]) + len(seconde.json()["elements"]) == 3

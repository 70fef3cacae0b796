"""De l'événement au papier : les noms étranges, et ce que la facture dit d'une demande."""

import csv
import io
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from contrats import catalogue, demandes
from facturation.clients.adaptateurs.tables import clients
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    creee,
    executer,
    facture,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    organisme,
    planter,
    prix,
)

pytestmark = pytest.mark.integration

NOMS = (
    "ᐃᓄᒃᑎᑐᑦ ᓀᐦᐃᔭᐍᐏᐣ \U00011ab0",
    "中文 한국 😀👍🏽",
    "sonnerie \u0007 et sens \u202e inverse",
    "E\u0301milie Łódź ñ ŋ \u02bc q\u0303",
    '=1+1; "cité" <b>&amp;</b> #panic()',
)
FORMES = ("application/json", "text/csv", "application/pdf")


@pytest.mark.parametrize("nom", NOMS)
async def test_fac_10_un_nom_etrange_se_lit_dans_les_trois_formes(
    banc: MonterBanc, nom: str
) -> None:
    b = await banc("facturation")
    etrange = catalogue.ProduitInscrit(
        code="ETRANGE", libelle=nom, categorie=nom, sorte="materiel", statut="actif", noyau=False,
        normalise=True, tarifs=("PRODUIT", "INSTALLATION"),
    )  # fmt: skip
    client = organisme("MTQ").model_copy(
        update={
            "nom": nom,
            "adresse": f"{nom}\n{nom}",
            "destinataire": demandes.Destinataire(nom=nom, courriel="c@exemple.qc.ca"),
        }
    )
    b.horloge.aller("2026-09-01T08:00-04:00")
    await b.recevoir(fiche(), etrange, prix("ETRANGE", "10.00"), client)
    livree = livraison(uuid4(), "ETRANGE").model_copy(update={"site": nom})
    await b.recevoir(livree, survenu_le=a(jour(9)))
    await fermer_septembre(b)
    await executer(b)
    for forme in FORMES:
        lue = await b.client("facturation").get(
            "/v1/factures/2026-2027-000001", headers={"Accept": forme}
        )
        assert lue.status_code == 200, lue.text
        assert lue.headers["content-type"].startswith(forme)
        if forme == "text/csv":
            lignes = list(
                csv.DictReader(
                    io.StringIO(lue.content.decode("utf-8-sig"), newline=""), delimiter=";"
                )
            )
            assert not [v for x in lignes for v in x.values() if v.startswith(("=", "+", "@"))]


async def test_fac_9_la_ligne_porte_le_numero_de_sa_demande_recu_avant_ou_apres(
    banc: MonterBanc,
) -> None:
    """Il vient de la création de la demande; celui d'un autre organisme n'est pas le sien."""
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    premiere, seconde = livraison(uuid4()), livraison(uuid4())
    await b.recevoir(creee(premiere, "D-2026-000001"), survenu_le=a(jour(2)))
    await b.recevoir(premiere, seconde, survenu_le=a(jour(9)))
    await b.recevoir(creee(seconde, "D-2026-000002"), survenu_le=a(jour(3)))
    usurpe = creee(seconde, "D-2026-666666").model_copy(update={"organisme": "RAMQ"})
    await b.recevoir(usurpe, survenu_le=a(jour(4)))
    await fermer_septembre(b)
    await executer(b)
    emise = await facture(b)
    numeros = {ligne["source"]: ligne["demande"] for ligne in emise["lignes"]}
    assert numeros == {
        str(premiere.actif_id): "D-2026-000001",
        str(seconde.actif_id): "D-2026-000002",
    }
    assert emise["emise_le"] == "2026-10-01"
    assert date.fromisoformat(emise["echeance"]) == date(2026, 10, 31)


async def test_fac_6_un_nom_que_la_base_refuse_s_ecarte_seul(banc: MonterBanc) -> None:
    """U+0000 ne se range pas : son événement va aux rebuts, et les autres passent."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    nul = organisme("RAMQ").model_copy(update={"nom": "a\u0000b"})
    await b.recevoir(nul, organisme("OPQ"))
    async with b.interne() as cx:
        assert set(await cx.colonne(select(clients.c.organisme))) == {"MTQ", "OPQ"}
        assert await cx.valeur(text("SELECT cle FROM socle_rebuts")) == "RAMQ"

"""Rien ne se facture sans signature (DEM-3), ni ne se tait faute d'identifiant (FAC-6)."""

from uuid import uuid4

import pytest
from sqlalchemy import text

from contrats import catalogue
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.integration.test_facturation_parcours import GRILLE
from services.facturation.tests.scene import (
    contrat,
    creee,
    executer,
    facture,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    planter,
)

pytestmark = pytest.mark.integration
SANS_SIGNATURE = (
    "Nul signataire n'a approuvé la demande : rien n'y portait de tarif quand elle fut soumise."
)


async def _attentes(b: Banc) -> list[str]:
    b.horloge.aller("2026-09-20T09:00-04:00")
    await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
    await b.tache("attentes")
    lues = await b.client("facturation").get("/v1/lignes-en-attente")
    return [x["motif"] for x in lues.json()["elements"]]


def _tarife() -> catalogue.ProduitModifie:
    """Le produit du noyau porte désormais un tarif."""
    return catalogue.ProduitModifie(
        code="NOYAU", libelle="Produit NOYAU", categorie="Essai", sorte="logiciel", statut="actif",
        noyau=False, normalise=True, tarifs=("POSTE-01",),
    )  # fmt: skip


@pytest.mark.parametrize("demande_d_abord", [True, False])
async def test_dem_3_tarife_apres_une_demande_sans_signature_ce_qu_on_livre_attend(
    banc: MonterBanc, demande_d_abord: bool
) -> None:
    """Vu : gratuite à sa soumission, la demande se facturait sans que personne ne signe."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    libre, signee = livraison(uuid4(), "NOYAU"), livraison(uuid4(), "NOYAU")
    creees = [
        b.message(creee(libre, "D-2026-000001", requise=False), survenu_le=a(jour(2))),
        b.message(creee(signee, "D-2026-000002"), survenu_le=a(jour(2))),
    ]
    livrees = [b.message(x, survenu_le=a(jour(9))) for x in (libre, signee)]
    await b.recevoir(_tarife(), survenu_le=a(jour(5)))
    for messages in (creees, livrees) if demande_d_abord else (livrees, creees):
        await b.recevoir_messages(messages)
    assert await _attentes(b) == [SANS_SIGNATURE]
    await fermer_septembre(b)
    await executer(b)
    # 147 × 22 ÷ 30 = 107,80 : celle qui fut signée, et elle seule
    (ligne,) = (await facture(b))["lignes"]
    assert (ligne["source"], ligne["montant"]) == (str(signee.actif_id), "107.80")


async def test_dem_3_livree_avant_que_son_produit_soit_tarife_rien_n_attend(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    libre = livraison(uuid4(), "NOYAU")
    await b.recevoir(creee(libre, "D-2026-000001", requise=False), survenu_le=a(jour(2)))
    await b.recevoir(libre, survenu_le=a(jour(9)))
    await b.recevoir(_tarife(), survenu_le=a(jour(15)))
    assert await _attentes(b) == []


async def test_fac_6_deux_producteurs_au_meme_identifiant_se_facturent_tous_deux(
    banc: MonterBanc,
) -> None:
    """Vu : le second fait se taisait, pris pour une répétition du premier."""
    b, identifiant = await banc("facturation"), uuid4()
    await planter(b, "MTQ")
    await b.recevoir(fiche(2, grille=(GRILLE,)))
    livree = b.message(livraison(uuid4()), survenu_le=a(jour(1)), id=identifiant)
    signe = b.message(contrat(jour(9)), survenu_le=a(jour(9), 15), id=identifiant)
    for _ in range(2):
        await b.recevoir_messages([livree, signe])
        async with b.interne() as connexion:  # purgée, la réception ne protège plus
            await connexion.ecrire(text("DELETE FROM socle_inbox"))
    await fermer_septembre(b)
    await executer(b)
    assert sorted(x["montant"] for x in (await facture(b))["lignes"]) == ["147.00", "2200.00"]

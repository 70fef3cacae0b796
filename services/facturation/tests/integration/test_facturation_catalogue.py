"""Ce que publie le catalogue, jusqu'à la facture : retraits, fiches livrées, produits inconnus."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contrats import catalogue, demandes
from facturation.tarification.domaine.tarifs import VersionFiche
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests import livrees
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    executer,
    facture,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    planter,
    publier,
)

pytestmark = pytest.mark.integration


async def _lignes(b: Banc) -> list[tuple[str, str]]:
    corps = {"periode": "2026-09", "organisme": "MTQ", "apercu": True}
    vu = (await b.client("facturation").post("/v1/executions", json=corps)).json()
    projet = vu["organismes"][0]["facture"]
    return [(x["debut"], x["montant"]) for x in projet["lignes"]]


def publiee(version: VersionFiche) -> catalogue.FichePubliee:
    return catalogue.FichePubliee(
        code=version.fiche, titre=version.fiche, version=version.version, debut=version.debut,
        tarifs=tuple(map(publier, version.tarifs)), indicateurs=(),
    )  # fmt: skip


@pytest.mark.parametrize("retrait_d_abord", [True, False])
async def test_cat_2_une_version_retiree_ne_vaut_pas_dans_aucun_ordre(
    banc: MonterBanc, retrait_d_abord: bool
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(livraison(uuid4()), survenu_le=a(jour(1)))
    future = fiche(2, jour(16), POSTE_01="150")
    retiree = catalogue.FicheRetiree(code="POSTES", version=2, debut=jour(16))
    for evenement in (retiree, future) if retrait_d_abord else (future, retiree):
        await b.recevoir(evenement)
    assert await _lignes(b) == [("2026-09-01", "147.00")]
    # Republiée sous un autre numéro, elle vaut.
    await b.recevoir(fiche(3, jour(16), POSTE_01="153"))
    assert await _lignes(b) == [("2026-09-01", "73.50"), ("2026-09-16", "76.50")]


async def test_un_produit_inconnu_attend_sans_tarif_jusqu_a_son_inscription(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(livraison(uuid4(), "NOUVEAU"), survenu_le=a(jour(3)))
    b.horloge.aller("2026-09-10T09:00-04:00")

    async def attentes() -> list[dict[str, Any]]:
        await b.recevoir_jalons(b.horloge(), "sbg.catalogue.v1")
        await b.tache("attentes")
        lues = await b.client("facturation").get("/v1/lignes-en-attente")
        elements: list[dict[str, Any]] = lues.json()["elements"]
        return elements

    (attente,) = await attentes()
    assert (attente["tarif"], attente["motif"]) == (None, "Le produit NOUVEAU n'est pas au ROPN.")
    (signal,) = await b.sortants("ligne.mise_en_attente")
    assert signal.donnees["tarif"] is None
    await b.recevoir(
        catalogue.ProduitInscrit(
            code="NOUVEAU", libelle="Nouveau", categorie="Essai", sorte="materiel",
            statut="actif", noyau=False, normalise=True, tarifs=("POSTE-01",),
        )
    )  # fmt: skip
    assert await attentes() == []


async def test_fac_1_la_liste_montre_le_terme_ou_l_avis_porte_la_fin(banc: MonterBanc) -> None:
    """Les fiches livrées, publiées telles quelles : rien ne se perd du fichier à la base."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(*map(publiee, livrees.fiches()), sequence=9)
    a_temps, en_retard = uuid4(), uuid4()
    for abonnement, avis in ((a_temps, date(2027, 7, 31)), (en_retard, date(2027, 8, 1))):
        souscrit = demandes.AbonnementSouscrit(
            organisme="MTQ", abonnement_id=abonnement, service="visioconference",
            tarif="VISIO-WEB-25", debut=jour(1),
        )  # fmt: skip
        resilie = demandes.AbonnementResilie(
            organisme="MTQ", abonnement_id=abonnement, fin=date(2027, 9, 1)
        )
        await b.recevoir(souscrit, survenu_le=a(jour(1)))
        await b.recevoir(resilie, survenu_le=a(avis))
    listes = (await b.client("facturation").get("/v1/abonnements")).json()["elements"]
    assert {x["source"]: x["fin"] for x in listes} == {
        str(a_temps): "2027-09-01",
        str(en_retard): "2028-09-01",
    }
    await fermer_septembre(b)
    await executer(b)
    lignes = [(x["nature"], x["libelle"], x["montant"]) for x in (await facture(b))["lignes"]]
    assert sorted(lignes) == [
        ("abonnement", "Conférence web, 25 participants par session, par licence", "26.00"),
        ("abonnement", "Conférence web, 25 participants par session, par licence", "26.00"),
        ("frais", "Frais de service, à la mise en service", "100.00"),
        ("frais", "Frais de service, à la mise en service", "100.00"),
    ]
    assert await b.rebuts() == []

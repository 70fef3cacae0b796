"""La liste des abonnements dit ce que le calcul facture, quoi qu'il arrive et dans tout ordre."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from contrats import catalogue
from facturation.main import service
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import (
    executer,
    facture,
    fermer_septembre,
    fiche,
    jour,
    livraison,
    organisme,
    planter,
    produits,
    recuperation,
    soutien_etendu,
)

pytestmark = pytest.mark.integration
CATALOGUE = "sbg.catalogue.v1"


async def _listes(b: Banc) -> list[dict[str, Any]]:
    reponse = await b.client("facturation").get("/v1/abonnements")
    elements: list[dict[str, Any]] = reponse.json()["elements"]
    return elements


async def _revoir(b: Banc) -> None:
    await b.recevoir_jalons(b.horloge(), CATALOGUE)
    await b.tache("attentes")


def _produit(*tarifs: str, code: str = "NOUVEAU") -> catalogue.ProduitInscrit:
    return catalogue.ProduitInscrit(
        code=code, libelle="Essai", categorie="Essai", sorte="materiel", statut="actif",
        noyau=False, normalise=True, tarifs=tarifs,
    )  # fmt: skip


async def test_fac_1_une_nouvelle_livraison_a_d_autres_tarifs_ne_s_ajoute_pas(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    actif = uuid4()
    await b.recevoir(livraison(actif, "BUREAU-STD"), survenu_le=a(jour(3)))
    await b.recevoir(livraison(actif, "PORTABLE-14"), survenu_le=a(jour(10)))
    listes = {(x["source"], x["tarif"]) for x in await _listes(b)}
    await fermer_septembre(b)
    await executer(b)
    assert listes == {(x["source"], x["tarif"]) for x in (await facture(b))["lignes"]}
    assert listes == {(str(actif), "POSTE-01")}


async def test_fac_1_une_livraison_plus_ancienne_apprise_ensuite_remplace_la_premiere(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    actif = uuid4()
    await b.recevoir(livraison(actif, "PORTABLE-14"), survenu_le=a(jour(10)))
    await b.recevoir(livraison(actif, "BUREAU-STD"), survenu_le=a(jour(3)))
    assert [(x["tarif"], x["debut"]) for x in await _listes(b)] == [("POSTE-01", "2026-09-03")]


async def test_cat_5_un_catalogue_appris_ensuite_refait_la_liste(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ")
    await b.recevoir(livraison(uuid4(), "NOUVEAU"), survenu_le=a(jour(3)))
    assert await _listes(b) == []
    await _revoir(b)
    # Le produit vient, puis le tarif qu'il porte : chacun fait revoir l'organisme.
    await b.recevoir(_produit("POSTE-99"))
    await _revoir(b)
    assert await _listes(b) == []
    nouveau = fiche().tarifs[0].model_copy(update={"code": "POSTE-99"})
    await b.recevoir(fiche(2).model_copy(update={"tarifs": (nouveau,)}))
    await _revoir(b)
    assert [(x["tarif"], x["produit"]) for x in await _listes(b)] == [("POSTE-99", "NOUVEAU")]


async def test_un_catalogue_change_ne_fait_revoir_que_ceux_qu_il_touche(banc: MonterBanc) -> None:
    b = await banc("facturation")
    await planter(b, "MTQ", "RAMQ")
    await b.recevoir(livraison(uuid4(), "BUREAU-STD"), livraison(uuid4(), "ECRAN-24", "RAMQ"))
    await _revoir(b)

    async def a_revoir() -> list[str]:
        async with b.interne() as connexion:
            lus = await connexion.colonne(text("SELECT organisme FROM revues ORDER BY 1"))
            return list(lus)

    assert await a_revoir() == []
    await b.recevoir(_produit("POSTE-01", code="AUTRE"))
    assert await a_revoir() == []
    await b.recevoir(_produit("MONITEUR-01", code="ECRAN-24"), sequence=2)
    assert await a_revoir() == ["RAMQ"]
    await b.recevoir(fiche(2, jour(16)))
    assert await a_revoir() == ["MTQ", "RAMQ"]


async def test_la_livraison_et_la_fin_recues_ensemble_ne_se_perdent_pas(banc: MonterBanc) -> None:
    """Deux consommateurs, deux clés, un même actif : chacun doit voir le fait de l'autre."""
    b = await banc("facturation")
    await planter(b, "MTQ")
    actifs = [uuid4() for _ in range(8)]
    for actif in actifs:
        await asyncio.gather(
            b.recevoir(livraison(actif), survenu_le=a(jour(3))),
            b.recevoir(recuperation(actif, jour(12)), survenu_le=a(jour(12))),
        )
    assert [x["fin"] for x in await _listes(b)] == ["2026-09-12"] * len(actifs)


async def test_la_reconstruction_refait_les_abonnements(banc: MonterBanc) -> None:
    """Relus à l'envers, donc les faits avant le catalogue : la revue met la liste d'accord."""
    b = await banc("facturation")
    rendu = uuid4()
    evenements = (
        fiche(), *produits(), organisme(), livraison(uuid4()), livraison(rendu, "ECRAN-24"),
        soutien_etendu(uuid4(), jour(1)),
    )  # fmt: skip
    fin = b.message(recuperation(rendu, jour(12), "ECRAN-24"), survenu_le=a(jour(12)))
    messages = [*(b.message(e, survenu_le=a(jour(3))) for e in evenements), fin]
    await b.recevoir_messages(messages)
    avant = await _listes(b)
    assert len(avant) == 3

    async with b.interne() as connexion:
        for table in (*(t.name for t in service().copies), "socle_inbox", "socle_jalons"):
            await connexion.ecrire(text(f"DELETE FROM {table}"))
    assert await _listes(b) == []
    for message in reversed(messages):
        await b.recevoir_messages([message])
    await _revoir(b)
    assert await _listes(b) == avant

"""Chaque exemple de contrat écouté se reçoit, deux fois, sans effet double ni rebut."""

from pathlib import Path
from unicodedata import normalize

import pytest
from sqlalchemy import text

import contrats
from facturation.main import service
from outils.essais.banc import Banc
from outils.essais.greffon import MonterBanc
from services.facturation.tests.builders import a
from services.facturation.tests.scene import jour

pytestmark = pytest.mark.integration
COPIES = tuple(table.name for table in service().copies)


def exemples() -> list[contrats.Evenement]:
    """Un exemple committé par événement écouté, quel que soit le nom de son fichier."""
    racine = Path(contrats.__file__).parents[2] / "exemples"
    par_nom = {f.name.partition(".v")[0]: f for f in racine.glob("*/*.json")}
    trouves = []
    for classe in service().ecoutes:
        nom = normalize("NFD", classe.TYPE).encode("ascii", "ignore").decode()
        trouves.append(classe.model_validate_json(par_nom[nom].read_bytes()))
    return trouves


async def _contenu(b: Banc) -> dict[str, int]:
    async with b.interne() as connexion:
        return {
            table: await connexion.valeur(text(f"SELECT count(*) FROM {table}")) for table in COPIES
        }


async def test_chaque_evenement_ecoute_se_recoit_deux_fois_sans_effet_double(
    banc: MonterBanc,
) -> None:
    b = await banc("facturation")
    messages = [b.message(e, survenu_le=a(jour(3))) for e in exemples()]
    await b.recevoir_messages(messages)
    une_fois = await _contenu(b)
    # La boîte de réception purgée ne peut rien doubler : les tables d'effet sont uniques.
    async with b.interne() as connexion:
        await connexion.ecrire(text("DELETE FROM socle_inbox"))
    await b.recevoir_messages(messages[::-1])
    assert await _contenu(b) == une_fois
    assert await b.rebuts() == []
    # Les exemples d'un actif le finissent comme ils le commencent : aucun abonnement n'en reste.
    assert all(nombre for table, nombre in une_fois.items() if table != "abonnements")
    assert une_fois["faits"] == 20


async def test_le_plus_recent_fichier_client_vaut_quel_que_soit_l_ordre(banc: MonterBanc) -> None:
    b = await banc("facturation")
    (inscrit,) = [e for e in exemples() if e.TYPE == "organisme.inscrit"]
    nouveau = inscrit.model_copy(update={"nom": "Nouveau nom"})
    await b.recevoir(nouveau, sequence=2)
    await b.recevoir(inscrit, sequence=1)
    async with b.interne() as connexion:
        assert await connexion.valeur(text("SELECT nom FROM clients")) == "Nouveau nom"

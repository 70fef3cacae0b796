"""Les données de mise en route : le travail qui publie les fiches et produits encore absents.

Un fichier de données est le corps d'un POST et passe par le même cas d'usage. Ce qui existe déjà
n'est pas touché : ensuite, une fiche ou un produit change par l'API.
"""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import orjson

from catalogue.adaptateurs import vues
from catalogue.adaptateurs.tables import fiches, produits
from catalogue.cas_usage.inscrire_produit import InscrireProduit, inscrire_produit
from catalogue.cas_usage.ports import Depots
from catalogue.cas_usage.publier_fiche import PublierFiche, publier_fiche
from catalogue.entrees.schemas_fiches import FicheIn
from catalogue.entrees.schemas_produits import ProduitIn
from socle.service import Monde, Travail

NOM = "chargement"


def lire_fiches() -> Iterator[PublierFiche]:
    """Les fiches de `donnees/fiches/`, dans l'ordre des noms de fichier."""
    dossier = files("catalogue") / "donnees" / "fiches"
    for fichier in sorted(dossier.iterdir(), key=lambda f: f.name):
        document = tomllib.loads(fichier.read_text(encoding="utf-8"))
        code = document.pop("code")
        yield FicheIn.model_validate_json(orjson.dumps(document)).commande(code)


def lire_produits() -> Iterator[InscrireProduit]:
    """Les produits de `donnees/produits.toml`."""
    fichier = files("catalogue") / "donnees" / "produits.toml"
    document: dict[str, list[Any]] = tomllib.loads(fichier.read_text(encoding="utf-8"))
    for produit in document["produits"]:
        yield ProduitIn.model_validate_json(orjson.dumps(produit)).commande()


async def charger(monde: Monde[Depots]) -> int:
    """Publie ce qui manque; rend combien de fiches et de produits ont été ajoutés."""
    deja_publiees = await monde.lire(lambda cx: vues.codes(cx, fiches))
    deja_inscrits = await monde.lire(lambda cx: vues.codes(cx, produits))
    faits: list[object] = [
        await monde.executer(NOM, publier_fiche, fiche, cle=fiche.code)
        for fiche in lire_fiches()
        if fiche.code not in deja_publiees
    ]
    faits += [
        await monde.executer(NOM, inscrire_produit, produit, cle=produit.code)
        for produit in lire_produits()
        if produit.code not in deja_inscrits
    ]
    return sum(fait is not None for fait in faits)


CHARGEMENT: Travail[Depots] = Travail(nom=NOM, cadence=3_600.0, faire=charger)

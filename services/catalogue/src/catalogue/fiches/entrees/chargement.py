"""Les fiches de la mise en route : chaque fichier est le corps d'un POST."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files

import orjson

from catalogue.fiches.adaptateurs import vues
from catalogue.fiches.cas_usage import PublierFiche, publier_fiche
from catalogue.fiches.entrees.schemas import FicheIn
from catalogue.fiches.ports import Ports
from socle.service import Contexte


def lire_fiches() -> Iterator[PublierFiche]:
    """Les fiches de `donnees/fiches/`, dans l'ordre des noms de fichier."""
    dossier = files("catalogue") / "donnees" / "fiches"
    for fichier in sorted(dossier.iterdir(), key=lambda f: f.name):
        document = tomllib.loads(fichier.read_text(encoding="utf-8"))
        fiche = FicheIn.model_validate_json(orjson.dumps(document))
        yield fiche.commande(document["code"], mise_en_route=True)


async def charger_fiches(contexte: Contexte) -> int:
    """Publie les fiches qui n'existent pas encore; rend combien."""
    deja = await contexte.lire(vues.codes)
    faits = [
        await contexte.executer("chargement-fiches", Ports, publier_fiche, fiche, cle=fiche.code)
        for fiche in lire_fiches()
        if fiche.code not in deja
    ]
    return sum(fait is not None for fait in faits)

"""La référence de la consommation : PostgreSQL seul, sur les mêmes instructions et valeurs.

Le produit traite une fois les lots sur une seule connexion, qui note chaque instruction; `refaire`
les redonne à une base dans le même état, l'une après l'autre. Ni bus, ni décodage, ni domaine.
"""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from socle.bd.moteur import DelaisBase, Moteur, ouvrir_moteur

Notee = tuple[str, Sequence[Any]]
"""Une instruction, et les valeurs données au pilote."""


@asynccontextmanager
async def moteur_qui_note(dsn: str, notees: list[Notee]) -> AsyncIterator[Moteur]:
    """Un moteur d'une seule connexion; tout ce qu'elle exécute s'ajoute à `notees`, en ordre."""
    moteur = ouvrir_moteur(dsn, DelaisBase(reserve=1))
    try:
        async with moteur.emprunter() as connexion:
            connexion.pilote.add_query_logger(lambda fait: notees.append((fait.query, fait.args)))
        yield moteur
    finally:
        await moteur.fermer()


async def refaire(dsn: str, notees: Sequence[Notee]) -> float:
    """Les secondes que prennent ces instructions, refaites par asyncpg seul."""
    connexion = await asyncpg.connect(dsn)
    try:
        debut = time.perf_counter()
        for texte, valeurs in notees:
            if valeurs:
                await connexion.fetch(texte, *valeurs)
            else:
                await connexion.execute(texte)
        return time.perf_counter() - debut
    finally:
        await connexion.close()

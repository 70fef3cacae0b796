"""Une connexion empruntée : ce que Core compile, exécuté par asyncpg."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import asyncpg
from sqlalchemy import Insert

from socle.bd.instructions import Ligne, Requete, ajout_d_un_coup, instruction

_AUCUNE: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Connexion:
    """De quoi lire et écrire dans la transaction ouverte, sans jamais l'ouvrir ni la clore.

    Chaque appel est un aller-retour; `valeurs` donne les paramètres par leur nom.
    """

    pilote: asyncpg.Connection
    """asyncpg lui-même : le SQL du socle, les COPY."""

    async def lignes(self, requete: Requete, valeurs: Mapping[str, Any] = _AUCUNE) -> list[Ligne]:
        """Toutes les lignes."""
        compilee = instruction(requete, valeurs)
        return compilee.lire(await self.pilote.fetch(compilee.texte, *compilee.lier(valeurs)))

    async def ligne(self, requete: Requete, valeurs: Mapping[str, Any] = _AUCUNE) -> Ligne | None:
        """La première ligne, ou rien."""
        compilee = instruction(requete, valeurs)
        lue = await self.pilote.fetchrow(compilee.texte, *compilee.lier(valeurs))
        return None if lue is None else compilee.lire([lue])[0]

    async def colonne(self, requete: Requete, valeurs: Mapping[str, Any] = _AUCUNE) -> list[Any]:
        """La première colonne de toutes les lignes."""
        return [ligne[0] for ligne in await self.lignes(requete, valeurs)]

    async def valeur(self, requete: Requete, valeurs: Mapping[str, Any] = _AUCUNE) -> Any:  # noqa: ANN401
        """La première colonne de la première ligne; rien s'il n'y a pas de ligne."""
        ligne = await self.ligne(requete, valeurs)
        return None if ligne is None else ligne[0]

    async def ecrire(self, requete: Requete, valeurs: Mapping[str, Any] = _AUCUNE) -> int:
        """Combien de lignes sont ajoutées, changées ou retirées."""
        compilee = instruction(requete, valeurs)
        fait = await self.pilote.execute(compilee.texte, *compilee.lier(valeurs))
        nombre = fait.rpartition(" ")[2]
        return int(nombre) if nombre.isdigit() else 0

    async def ecrire_lot(self, requete: Requete, lignes: Sequence[Mapping[str, Any]]) -> None:
        """La même écriture pour chaque ligne; toutes donnent les mêmes noms.

        Un ajout se fait d'un coup : il refuse de changer deux fois la même ligne.
        """
        if not lignes:
            return
        noms = sorted(lignes[0])
        lot = ajout_d_un_coup(requete, noms) if isinstance(requete, Insert) else None
        if lot is None:
            une = instruction(requete, lignes[0])
            await self.pilote.executemany(une.texte, list(map(une.lier, lignes)))
        else:
            tableaux = {nom: [ligne[nom] for ligne in lignes] for nom in noms}
            await self.pilote.execute(lot.texte, *lot.lier(tableaux))

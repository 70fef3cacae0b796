"""Les grilles publiées, et leurs retraits."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import select

from courtier.frais.adaptateurs.tables import grilles, retraits
from courtier.frais.domaine import Frais, Grille, GrillesRecues, RetraitRecu
from socle.bd.connexion import Connexion
from socle.bd.conversion import objet
from socle.bd.copies import Copie

_GRILLES: Final = TypeAdapter(tuple[Grille, ...])
_COPIE, _RETRAITS = Copie(grilles), Copie(retraits)


@dataclass(frozen=True, slots=True)
class GrillesSql:
    """Tient `ports.Grilles`."""

    connexion: Connexion

    async def ajouter(self, recues: Sequence[GrillesRecues]) -> None:
        lignes = [
            {
                "fiche": recue.fiche,
                "version": recue.version,
                "debut": recue.debut,
                "grilles": _GRILLES.dump_python(recue.grilles, mode="json"),
            }
            for recue in recues
        ]
        await _COPIE.synchroniser(self.connexion, lignes)

    async def retirer(self, recus: Sequence[RetraitRecu]) -> None:
        await _RETRAITS.synchroniser(self.connexion, [asdict(recu) for recu in recus])

    async def lire(self) -> Frais:
        versions = await self.connexion.lignes(select(grilles))
        retires = await self.connexion.lignes(select(retraits))
        return Frais(
            tuple(
                GrillesRecues(v.fiche, v.version, v.debut, _GRILLES.validate_python(v.grilles))
                for v in versions
            ),
            tuple(objet(RetraitRecu, r) for r in retires),
        )

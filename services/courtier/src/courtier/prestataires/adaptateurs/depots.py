"""Les prestataires sur PostgreSQL."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from courtier.base import remplacer, sans_double
from courtier.prestataires.adaptateurs.tables import prestataires
from courtier.prestataires.adaptateurs.vues import prestataire_de
from courtier.prestataires.domaine import Prestataire
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, une

_UN = select(prestataires).where(prestataires.c.id == bindparam("id")).with_for_update()
_NEQ_PRIS = "Un autre prestataire porte ce NEQ."


@dataclass(frozen=True, slots=True)
class PrestatairesSql:
    """Tient `ports.Prestataires`."""

    connexion: Connexion

    async def charger(self, identifiant: UUID) -> Prestataire:
        absent = "Prestataire introuvable."
        return prestataire_de(await une(self.connexion, _UN, absent, id=identifiant))

    async def ajouter(self, prestataire: Prestataire) -> None:
        with sans_double(_NEQ_PRIS, "CI-11"):
            await self.connexion.ecrire(insert(prestataires), _ligne(prestataire))

    async def enregistrer(self, prestataire: Prestataire) -> None:
        with sans_double(_NEQ_PRIS, "CI-11"):
            await remplacer(self.connexion, prestataires, _ligne(prestataire))


def _ligne(prestataire: Prestataire) -> dict[str, Any]:
    propres = {nom: v for nom, v in colonnes(prestataire).items() if nom != "fiche"}
    return {**propres, **colonnes(prestataire.fiche)}

"""Les sorties sur PostgreSQL."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from courtier.sortie.adaptateurs.conversion import ligne_de_sortie, sortie_de
from courtier.sortie.adaptateurs.tables import sorties
from courtier.sortie.domaine import Sortie
from noyau import VersionPerimee
from socle.bd.connexion import Connexion
from socle.bd.conversion import une

_s = sorties.c
_LUE = select(sorties).where(_s.contrat_id == bindparam("id"))
_UNE = _LUE.with_for_update()
ABSENTE = "Contrat introuvable."
_AJOUTER = insert(sorties).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class SortiesSql:
    """Tient `ports.Sorties`."""

    connexion: Connexion

    async def ajouter(self, sortie: Sortie) -> bool:
        return await self.connexion.ecrire(_AJOUTER, ligne_de_sortie(sortie)) == 1

    async def lire(self, contrat_id: UUID) -> Sortie:
        return sortie_de(await une(self.connexion, _LUE, ABSENTE, id=contrat_id))

    async def charger(self, contrat_id: UUID) -> Sortie:
        return sortie_de(await une(self.connexion, _UNE, ABSENTE, id=contrat_id))

    async def enregistrer(self, sortie: Sortie) -> None:
        requete = update(sorties).where(
            _s.contrat_id == sortie.contrat_id, _s.version == sortie.version - 1
        )
        if await self.connexion.ecrire(requete.values(**ligne_de_sortie(sortie))) != 1:
            raise VersionPerimee("L'objet a changé entre-temps.")

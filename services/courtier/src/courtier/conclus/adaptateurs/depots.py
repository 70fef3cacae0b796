"""La liste des contrats conclus sur PostgreSQL."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from courtier.conclus.adaptateurs.conversion import inscription_de, ligne_d_inscription
from courtier.conclus.adaptateurs.tables import conclus
from courtier.conclus.domaine import Inscription
from noyau import VersionPerimee
from socle.bd.connexion import Connexion
from socle.bd.conversion import une

_UNE = select(conclus).where(conclus.c.contrat_id == bindparam("id")).with_for_update()
_AJOUTER = insert(conclus).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class InscriptionsSql:
    """Tient `ports.Inscriptions`."""

    connexion: Connexion

    async def ajouter(self, inscription: Inscription) -> None:
        await self.connexion.ecrire(_AJOUTER, ligne_d_inscription(inscription))

    async def charger(self, contrat_id: UUID) -> Inscription:
        ligne = await une(self.connexion, _UNE, "Contrat introuvable.", id=contrat_id)
        return inscription_de(ligne)

    async def enregistrer(self, inscription: Inscription) -> None:
        requete = (
            update(conclus)
            .where(conclus.c.contrat_id == inscription.contrat_id)
            .values(**ligne_d_inscription(inscription))
        )
        if await self.connexion.ecrire(requete) != 1:
            raise VersionPerimee("L'objet a changé entre-temps.")

"""Les contrats spécifiques sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from courtier.base import remplacer
from courtier.contrats.adaptateurs.conversion import contrat_de, ligne_de_contrat
from courtier.contrats.adaptateurs.tables import contrats
from courtier.contrats.domaine.contrat import Contrat
from socle.bd.connexion import Connexion
from socle.bd.conversion import une

_LU = select(contrats).where(contrats.c.id == bindparam("id"))
_UN_CONTRAT = _LU.with_for_update()

_DU_DOSSIER = (
    select(contrats)
    .where(
        contrats.c.organisme == bindparam("organisme"),
        contrats.c.dossier_id == bindparam("dossier_id"),
    )
    .order_by(contrats.c.id)
)


@dataclass(frozen=True, slots=True)
class ContratsSql:
    """Tient `ports.Contrats`."""

    connexion: Connexion

    async def charger(self, identifiant: UUID) -> Contrat:
        ligne = await une(self.connexion, _UN_CONTRAT, "Contrat introuvable.", id=identifiant)
        return contrat_de(ligne)

    async def du_dossier(self, organisme: str, dossier_id: UUID) -> Sequence[Contrat]:
        lues = await self.connexion.lignes(
            _DU_DOSSIER, {"organisme": organisme, "dossier_id": dossier_id}
        )
        return [contrat_de(ligne) for ligne in lues]

    async def lire(self, identifiant: UUID) -> Contrat:
        return contrat_de(await une(self.connexion, _LU, "Contrat introuvable.", id=identifiant))

    async def ajouter(self, contrat: Contrat) -> None:
        await self.connexion.ecrire(insert(contrats), ligne_de_contrat(contrat))

    async def enregistrer(self, contrat: Contrat) -> None:
        await remplacer(self.connexion, contrats, ligne_de_contrat(contrat))

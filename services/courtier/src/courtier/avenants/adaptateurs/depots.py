"""Les avenants sur PostgreSQL."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select

from courtier.avenants.adaptateurs.conversion import avenant_de, ligne_d_avenant
from courtier.avenants.adaptateurs.tables import avenants
from courtier.avenants.domaine.avenant import Avenant
from courtier.base import remplacer
from noyau import Conflit
from socle.bd.connexion import Connexion
from socle.bd.conversion import une
from socle.bd.pannes import est_unicite

_c = avenants.c
_UN = (
    select(avenants)
    .where(_c.id == bindparam("id"), _c.contrat_id == bindparam("contrat_id"))
    .with_for_update()
)
_PROCHAIN = select(func.coalesce(func.max(_c.numero), 0) + 1).where(
    _c.organisme == bindparam("organisme"), _c.contrat_id == bindparam("contrat_id")
)


@dataclass(frozen=True, slots=True)
class AvenantsSql:
    """Tient `ports.Avenants`."""

    connexion: Connexion

    async def charger(self, contrat_id: UUID, identifiant: UUID) -> Avenant:
        absent = "Avenant introuvable."
        return avenant_de(
            await une(self.connexion, _UN, absent, id=identifiant, contrat_id=contrat_id)
        )

    async def prochain_numero(self, organisme: str, contrat_id: UUID) -> int:
        valeurs = {"organisme": organisme, "contrat_id": contrat_id}
        numero: int = await self.connexion.valeur(_PROCHAIN, valeurs)
        return numero

    async def ajouter(self, avenant: Avenant) -> None:
        try:
            await self.connexion.ecrire(insert(avenants), ligne_d_avenant(avenant))
        except Exception as erreur:
            if est_unicite(erreur):
                raise Conflit(
                    "Un avenant est déjà ouvert sur ce contrat : il se conclut ou s'abandonne"
                    " d'abord.",
                    regle="CI-17",
                ) from erreur
            raise

    async def enregistrer(self, avenant: Avenant) -> None:
        await remplacer(self.connexion, avenants, ligne_d_avenant(avenant))

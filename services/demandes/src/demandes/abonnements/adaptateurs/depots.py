"""Les abonnements sans actif sur PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from demandes.abonnements.adaptateurs.tables import abonnements
from demandes.abonnements.domaine import Abonnement
from demandes.demande.domaine.demande import Sorte
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet, une
from socle.bd.instructions import Ligne

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_DE = select(abonnements).where(abonnements.c.organisme == bindparam("organisme"))
_CHARGER = select(abonnements).where(abonnements.c.id == bindparam("id")).with_for_update()
_ABONNEMENT = insert(abonnements)
_ECRIRE = _ABONNEMENT.on_conflict_do_update(
    index_elements=[abonnements.c.id],
    set_={c.name: _ABONNEMENT.excluded[c.name] for c in abonnements.c if not c.primary_key},
)


@dataclass(frozen=True, slots=True)
class AbonnementsSql:
    """Tient `ports.Abonnements`."""

    connexion: Connexion

    async def de(self, organisme: str) -> Sequence[Abonnement]:
        lignes = await self.connexion.lignes(_DE, {"organisme": organisme})
        return [_abonnement(ligne) for ligne in lignes]

    async def charger(self, abonnement_id: UUID) -> Abonnement:
        ligne = await une(self.connexion, _CHARGER, "Abonnement introuvable.", id=abonnement_id)
        return _abonnement(ligne)

    async def ecrire(self, abonnement: Abonnement) -> None:
        await self.connexion.ecrire(_ECRIRE, colonnes(abonnement))


def _abonnement(ligne: Ligne) -> Abonnement:
    return objet(Abonnement, ligne, service=Sorte(ligne.service))

"""Le dépôt des calendriers : ligne ↔ version."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from calendrier import VersionCalendrier, version_depuis_document
from catalogue.calendriers.adaptateurs.conversion import evenement
from catalogue.calendriers.adaptateurs.tables import calendriers, recalculs_acceptes
from catalogue.calendriers.domaine import CalendrierPublie, RecalculAccepte
from contrats.base import empreinte_de
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet
from socle.bd.copies import Copie

_ACCEPTES = Copie(recalculs_acceptes)
_ACCEPTE = select(recalculs_acceptes).where(recalculs_acceptes.c.recalcul_id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class CalendriersSql:
    """Tient `ports.Calendriers`."""

    connexion: Connexion

    async def verrouiller(self) -> None:
        # Ce mode s'exclut lui-même et n'empêche aucune lecture.
        await self.connexion.ecrire(text("LOCK TABLE calendriers IN SHARE ROW EXCLUSIVE MODE"))

    async def publiees(self) -> Sequence[VersionCalendrier]:
        requete = select(calendriers.c.document).order_by(calendriers.c.rang)
        return list(map(version_depuis_document, await self.connexion.colonne(requete)))

    async def ajouter(self, fait: CalendrierPublie) -> None:
        await self.connexion.ecrire(
            insert(calendriers).values(
                version=fait.version.version,
                en_vigueur_depuis=fait.version.en_vigueur_depuis,
                rang=fait.rang,
                document=fait.version.vers_document(),
                publie_le=fait.survenu_le,
            )
        )

    async def retenir(self, acceptes: Sequence[RecalculAccepte]) -> None:
        await _ACCEPTES.synchroniser(self.connexion, list(map(colonnes, acceptes)))

    async def accepte(self, recalcul_id: UUID) -> RecalculAccepte | None:
        ligne = await self.connexion.ligne(_ACCEPTE, {"id": recalcul_id})
        return None if ligne is None else objet(RecalculAccepte, ligne)

    def empreinte(self, version: VersionCalendrier) -> str:
        return empreinte_de(evenement(version))

"""Les versions du calendrier, chacune par son document."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from calendrier import Calendrier, calendrier_de
from demandes.calendriers.adaptateurs.tables import calendriers
from demandes.calendriers.domaine import CalendrierRecu
from socle.bd.connexion import Connexion
from socle.bd.copies import Copie

_COPIE = Copie(calendriers)
_DOCUMENTS = select(calendriers.c.document).order_by(
    calendriers.c.en_vigueur_depuis, calendriers.c.rang
)


@dataclass(frozen=True, slots=True)
class CalendriersSql:
    """Tient `ports.Calendriers`."""

    connexion: Connexion

    async def ajouter(self, recus: Sequence[CalendrierRecu]) -> None:
        await _COPIE.synchroniser(
            self.connexion,
            [
                {
                    "version": recu.version.version,
                    "en_vigueur_depuis": recu.version.en_vigueur_depuis,
                    "rang": recu.rang,
                    "document": recu.version.vers_document(),
                }
                for recu in recus
            ],
        )

    async def applique(self) -> Calendrier:
        return calendrier_de(await self.connexion.colonne(_DOCUMENTS))

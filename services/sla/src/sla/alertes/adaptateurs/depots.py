"""Les alertes sur PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from contrats import EVENEMENTS
from noyau import sujet_de
from sla.alertes.adaptateurs.tables import alertes
from sla.alertes.adaptateurs.vues import A_DIRE, A_DIRE_DE
from sla.alertes.domaine import Alerte, Moment, Nature
from sla.fiches.domaine import SUJETS_MESURES
from socle.bd.connexion import Connexion
from socle.bd.conversion import colonnes, objet
from socle.bd.instructions import Ligne
from socle.reception.jalons import jalon_atteint

# Une fiche ou un calendrier du catalogue qu'on n'aurait pas relu donnerait une autre échéance.
_PRODUCTEURS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        sorte: sorted(
            {"catalogue"} | {c.PRODUCTEUR for c in EVENEMENTS.values() if sorte in c.SUJETS}
        )
        for sorte in sorted(SUJETS_MESURES)
    }
)
"""De chaque sorte de sujet, ceux qui en parlent."""
_AJOUTER = insert(alertes).on_conflict_do_nothing()


class AlertesSql:
    """Une ligne par alerte dite."""

    def __init__(self, connexion: Connexion) -> None:
        self._connexion = connexion

    async def recus(self) -> Mapping[str, datetime | None]:
        return {
            sorte: await jalon_atteint(self._connexion, [sujet_de(p) for p in producteurs])
            for sorte, producteurs in _PRODUCTEURS.items()
        }

    async def dues(
        self, moment: Moment, limite: int, sauf: Collection[UUID] = ()
    ) -> Sequence[Alerte]:
        valeurs = {**_valeurs(moment), "limite": limite, "sauf": list(sauf)}
        return list(map(_alerte, await self._connexion.lignes(A_DIRE, valeurs)))

    async def dues_de(self, mesure_id: UUID, moment: Moment) -> Sequence[Alerte]:
        valeurs = {**_valeurs(moment), "mesure": mesure_id}
        return list(map(_alerte, await self._connexion.lignes(A_DIRE_DE, valeurs)))

    async def ajouter(self, dues: Sequence[Alerte], le: datetime) -> Sequence[Alerte]:
        return [
            alerte
            for alerte in dues
            if await self._connexion.ecrire(
                _AJOUTER, {**colonnes(alerte), "id": alerte.id, "annoncee_le": le}
            )
        ]


def _valeurs(moment: Moment) -> dict[str, Any]:
    return {**colonnes(moment), "heures": list(moment.heures), "sortes": list(moment.sortes)}


def _alerte(ligne: Ligne) -> Alerte:
    return objet(Alerte, ligne, nature=Nature(ligne.nature))

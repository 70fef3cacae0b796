"""Les mesures sur PostgreSQL."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from sla.fiches.domaine import Fiche
from sla.mesures.adaptateurs.conversion import ligne_de_mesure
from sla.mesures.adaptateurs.tables import mesures
from sla.mesures.adaptateurs.vues import A_REJOUER
from sla.mesures.domaine.verdict import Mesure

# Bâties une fois : construire une instruction coûte autant que l'exécuter.
_MESURE = insert(mesures)
_REMPLACER = _MESURE.on_conflict_do_update(
    constraint=mesures.primary_key,
    set_={c.name: _MESURE.excluded[c.name] for c in mesures.columns if not c.primary_key},
)
_MARQUER = (
    update(mesures)
    .where(mesures.c.j0 >= bindparam("debut"), mesures.c.j0 < bindparam("fin_exclue"))
    .values(a_rejouer=True)
)


class MesuresSql:
    """Une ligne par demande : son dernier verdict, ou ce qu'on attend pour en rendre un."""

    def __init__(self, connexion: AsyncConnection) -> None:
        self._connexion = connexion

    async def enregistrer(self, nouvelles: Iterable[Mesure]) -> None:
        ordonnees = sorted(nouvelles, key=lambda mesure: mesure.demande_id)
        if ordonnees:
            await self._connexion.execute(_REMPLACER, list(map(ligne_de_mesure, ordonnees)))

    async def marquer(self, versions: Sequence[Fiche]) -> None:
        bornes = [{"debut": v.debut, "fin_exclue": v.fin or date.max} for v in versions]
        await self._connexion.execute(_MARQUER, bornes)

    async def a_rejouer(self, calendrier: str, limite: int) -> Sequence[UUID]:
        valeurs = {"applique": calendrier, "limite": limite}
        return (await self._connexion.execute(A_REJOUER, valeurs)).scalars().all()

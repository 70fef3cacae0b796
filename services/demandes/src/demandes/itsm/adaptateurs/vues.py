"""Ce qu'on lit des actes de l'ITSM."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select

from demandes.base import INSTANT
from demandes.itsm.adaptateurs.tables import actes_itsm
from demandes.itsm.domaine import EN_SOUFFRANCE, EtatActe
from socle.bd.connexion import Connexion
from socle.bd.instructions import Ligne, parmi
from socle.bd.vues import Vue, VueListe
from socle.surveillance.jauges import Jauge


@dataclass(frozen=True, slots=True, kw_only=True)
class FiltreActes:
    """Ce qu'on demande des actes reçus."""

    sort: EtatActe | None = None
    demande_id: UUID | None = None


ACTES = VueListe(
    requete=select(actes_itsm), filtre=FiltreActes, cles=(actes_itsm.c.recu_le, actes_itsm.c.id)
)
_COMBIEN = select(func.count()).where(actes_itsm.c.sort == EtatActe.DIFFERE)
_REFUSES = select(func.count()).where(actes_itsm.c.sort == EtatActe.REFUSE)
_EN_SOUFFRANCE = (
    select(actes_itsm)
    .where(parmi(actes_itsm.c.sort, EN_SOUFFRANCE))
    .order_by(actes_itsm.c.recu_le, actes_itsm.c.id)
    .limit(bindparam("limite"))
)
_DURENT = select(
    exists().where(
        parmi(actes_itsm.c.sort, EN_SOUFFRANCE),
        actes_itsm.c.recu_le < bindparam("avant", type_=INSTANT),
        actes_itsm.c.signale_le.is_(None),
    )
)


def des_differes_durent(avant: datetime) -> Vue[bool]:
    """Vrai si un acte en souffrance depuis avant cet instant n'a pas encore été signalé."""

    async def vue(connexion: Connexion) -> bool:
        return bool(await connexion.valeur(_DURENT, {"avant": avant}))

    return vue


def en_souffrance(limite: int) -> Vue[Sequence[Ligne]]:
    """Les actes en souffrance, le plus anciennement reçu d'abord, au plus `limite`."""

    async def vue(connexion: Connexion) -> Sequence[Ligne]:
        return await connexion.lignes(_EN_SOUFFRANCE, {"limite": limite})

    return vue


async def _differes(connexion: Connexion) -> int:
    return int(await connexion.valeur(_COMBIEN))


async def _refuses(connexion: Connexion) -> int:
    return int(await connexion.valeur(_REFUSES))


JAUGES = (
    Jauge(
        "sbg_demandes_actes_differes",
        "Actes de l'ITSM différés, en attente d'autres actes.",
        _differes,
    ),
    Jauge(
        "sbg_demandes_actes_refuses",
        "Actes de l'ITSM refusés après avoir été différés.",
        _refuses,
    ),
)
"""Ce que l'exploitant surveille des actes de l'ITSM (DEM-10)."""

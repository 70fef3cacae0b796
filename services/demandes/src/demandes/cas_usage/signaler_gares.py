"""Signaler les actes de l'ITSM garés depuis trop longtemps (DEM-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from demandes.cas_usage.ports import Depots
from demandes.domaine.itsm import ActeItsm
from socle.noyau import Acte, Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalerGares:
    """Au-delà de cette durée, un acte garé demande qu'on le regarde."""

    patience: timedelta = timedelta(hours=4)


async def signaler_gares(
    commande: SignalerGares, depots: Depots, acte: Acte
) -> Issue[Sequence[ActeItsm]]:
    """Marque, une fois chacun, les actes garés qui durent; les rend."""
    return Issue(await depots.actes_itsm.signaler(acte.le - commande.patience, acte.le))

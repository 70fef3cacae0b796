"""Les actes de l'ITSM en souffrance, en ligne de commande (DEM-10, DEM-12).

Les écarter demande une personne et un motif : c'est l'API qui le fait, sous un jeton.
"""

from collections.abc import Callable
from typing import Final

from demandes.itsm.adaptateurs import vues
from noyau import QUEBEC
from socle.operateur import visible
from socle.service import Commande, Contexte, Groupe

Dire = Callable[[str], None]
MAXIMUM: Final = 1_000
"""Lignes d'un appel, au plus."""


async def lister(contexte: Contexte, dire: Dire, limite: int = 50) -> bool:
    """Ceux qu'on a différés, ou refusés après; en règle s'il n'y en a pas."""
    limite = min(max(limite, 1), MAXIMUM)
    actes = await contexte.lire(vues.en_souffrance(limite))
    for acte in actes:
        recu = f"{acte.recu_le.astimezone(QUEBEC):%Y-%m-%d %H:%M}"
        raison = f"  {visible(acte.raison)}" if acte.raison else ""
        ou = f"demande {acte.demande_id}  {visible(acte.geste)}"
        dire(f"{visible(acte.id)}  {acte.sort}  {ou}  reçu {recu}{raison}")
    dire(f"Actes en souffrance : {len(actes)} (au plus {limite}).")
    return not actes


COMMANDES: Final = (
    Groupe(
        "differes",
        "Les actes de l'ITSM sans effet, différés ou refusés après.",
        (Commande("lister", "Liste les actes en souffrance, le plus ancien d'abord.", lister),),
    ),
)

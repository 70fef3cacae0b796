"""Les moteurs dont le système a besoin : PostgreSQL et le bus, embarqués ou vrais."""

from outils.moteurs.bus import BusEmbarque
from outils.moteurs.ensemble import Moteurs, moteurs, presentation
from outils.moteurs.postgres import ServeurPostgres
from outils.moteurs.processus import MoteurIndisponible, port_libre

__all__ = [
    "BusEmbarque",
    "MoteurIndisponible",
    "Moteurs",
    "ServeurPostgres",
    "moteurs",
    "port_libre",
    "presentation",
]

"""Comment les faits arrivent : une fois chacun, dans l'ordre voulu, le poison isolé."""

from socle.bus.enveloppe import Recu
from socle.reception.ecoutes import Ecoute, Ecoutes, Ordre

__all__ = ["Ecoute", "Ecoutes", "Ordre", "Recu"]

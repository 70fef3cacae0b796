"""Comment les faits partent et arrivent : boîte d'envoi, relais, jalons, réception, rebuts."""

from socle.bus.ecoutes import Ecoute, Ecoutes, Ordre, sujet_du_producteur
from socle.bus.enveloppe import Recu
from socle.bus.publication import Publication

__all__ = ["Ecoute", "Ecoutes", "Ordre", "Publication", "Recu", "sujet_du_producteur"]

"""`python -m catalogue api | consommateur | relais | tout | migrer | tache chargement`."""

from catalogue.main import service
from socle.lanceur import lancer

if __name__ == "__main__":
    lancer(service())

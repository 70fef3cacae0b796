"""`python -m catalogue api | consommateur | relais | tout | migrer | travail chargement`."""

from catalogue.main import service
from socle.lanceur import lancer

if __name__ == "__main__":
    lancer(service())

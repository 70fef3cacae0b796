"""`python -m demandes api | consommateur | relais | migrer`."""

from demandes.main import service
from socle.lanceur import lancer

if __name__ == "__main__":
    lancer(service())

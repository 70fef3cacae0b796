"""`python -m facturation api | consommateur | relais | migrer`."""

from facturation.main import service
from socle.lanceur import lancer

if __name__ == "__main__":
    lancer(service())

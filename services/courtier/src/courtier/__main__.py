"""`python -m courtier api | consommateur | relais | migrer`."""

from courtier.main import service
from socle.lanceur import lancer

if __name__ == "__main__":
    lancer(service())

"""`python -m sla api | consommateur | relais | tout | migrer | reconstruire`."""

from sla.main import service
from socle.lanceur import lancer

if __name__ == "__main__":
    lancer(service())

"""`python -m tests.exercices` : sauvegarder, perdre, restaurer, réaligner, pour vrai.

Sort non nul si une justesse manque, ou si un but ne tient pas; écrit `sortie/exercices.json`. Il
faut un vrai Kafka (`make kafka`) : la grappe simulée ne sait ni retrouver une position par l'heure,
ni voir revenir le membre d'un groupe. Les sujets de ce Kafka sont effacés.
"""

import asyncio
import sys

from outils.moteurs import kafka_reel
from outils.moteurs.ensemble import bus_demande
from socle.bus.kafka import ReglagesBus
from tests.exercices import restauration
from tests.exercices.lieu import ExerciceManque, Lieu
from tests.exercices.resultats import FICHIER, presenter


def main() -> int:
    """Joue les exercices, dit leurs mesures."""
    FICHIER.unlink(missing_ok=True)
    if bus_demande() != "kafka":
        print("Les exercices demandent un vrai Kafka : make kafka, puis make exercices BUS=kafka.")
        return 2
    with kafka_reel.kafka() as bootstrap:
        if not kafka_reel.bootstrap_externe():
            kafka_reel.vider(bootstrap)
        lieu = Lieu(ReglagesBus(adresses=bootstrap, creer_sujets=True))
        try:
            mesures = asyncio.run(restauration.jouer(lieu))
        except ExerciceManque as manque:
            print(f"✗ {manque}")
            return 1
        finally:
            lieu.fermer()
    return 0 if presenter(mesures) else 1


if __name__ == "__main__":
    sys.exit(main())

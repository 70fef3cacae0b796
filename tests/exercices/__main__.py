"""`python -m tests.exercices` : ce que l'exploitant fait d'un système, joué et mesuré.

Restaurer, mettre à niveau et revenir, faire tourner les clés, rendre un sujet perdu.

Sort non nul si une justesse manque, ou si un but ne tient pas; écrit `sortie/exercices.json`. Il
faut un vrai Kafka (`make kafka`) : la grappe simulée ne sait ni retrouver une position par l'heure,
ni voir revenir le membre d'un groupe. Les sujets de ce Kafka sont effacés.
"""

import asyncio
import sys
import time

from outils.moteurs import kafka_reel
from outils.moteurs.ensemble import bus_demande
from socle.bus.kafka import ReglagesBus
from tests.exercices import mise_a_niveau, restauration, rotations, sujets
from tests.exercices.defauts import ExerciceManque, exiger
from tests.exercices.flotte import Flotte, cle
from tests.exercices.lieu import Lieu
from tests.exercices.mandataire import Mandataire, Trafic
from tests.exercices.pages import Jouees
from tests.exercices.resultats import FICHIER, Mesure, presenter


def main() -> int:
    """Joue les exercices, dit leurs mesures."""
    FICHIER.unlink(missing_ok=True)
    if bus_demande() != "kafka":
        print("Les exercices demandent un vrai Kafka : make kafka, puis make exercices BUS=kafka.")
        return 2
    if kafka_reel.bootstrap_externe():
        print("Les exercices effacent les sujets : ils n'en prennent pas d'un Kafka d'ailleurs.")
        return 2
    with kafka_reel.kafka() as bootstrap:
        bus = ReglagesBus(adresses=bootstrap, creer_sujets=True)
        mesures: list[Mesure] = []
        jouees = Jouees()
        try:
            for exercice in (_restaurer, _tenir_en_service):
                # Chacun a ses bases : les sujets d'un autre en sauraient plus qu'elles.
                kafka_reel.vider(bootstrap)
                debut = time.monotonic()
                mesures += asyncio.run(exercice(bus, jouees))
                print(f"{exercice.__name__} : {time.monotonic() - debut:.0f} s", flush=True)
            exiger(not (m := jouees.manquantes()), f"commandes de nos pages, jamais jouées : {m}")
        except ExerciceManque as manque:
            print(f"✗ {manque}")
            return 1
    return 0 if presenter(mesures) else 1


async def _restaurer(bus: ReglagesBus, jouees: Jouees) -> list[Mesure]:
    lieu = Lieu(bus, jouees)
    try:
        return await restauration.jouer(lieu)
    finally:
        lieu.fermer()


async def _tenir_en_service(bus: ReglagesBus, jouees: Jouees) -> list[Mesure]:
    async with Flotte.ouvrir(bus, mise_a_niveau.SERVICES, jouees) as flotte:
        secret = cle("whsec_")
        flotte.reglages |= {"SBG_ITSM_SECRETS": secret}
        trafic = Trafic(Mandataire(flotte, "demandes"), flotte.emetteur, secret)
        mesures = await mise_a_niveau.jouer(flotte, trafic)
        mesures += await rotations.jouer(flotte, trafic)
        return mesures + await sujets.jouer(flotte, trafic)


if __name__ == "__main__":
    sys.exit(main())

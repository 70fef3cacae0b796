"""`python -m outils.moteurs [tenir | kafka[-stop|-vider] | keycloak[-stop]]` : les commandes.

Sans argument : dit quels moteurs seraient utilisés. `tenir` les garde jusqu'à Ctrl-C.
"""

import signal
import sys
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType

from outils.moteurs import MoteurIndisponible, kafka_reel, keycloak_reel, moteurs, presentation


def _tenir() -> None:
    with moteurs() as adresses:
        print(adresses.presentation)
        print(f"DSN : {adresses.dsn}\nBus : {adresses.bootstrap}", flush=True)
        threading.Event().wait()


def _kafka() -> None:
    etat = kafka_reel.demarrer()
    print(
        f"Apache Kafka {kafka_reel.version_voulue()} répond à {etat.bootstrap} (make kafka-stop)."
    )


def _kafka_stop() -> None:
    arrete = kafka_reel.arreter()
    print("Kafka est arrêté, ses données effacées." if arrete else "Aucun Kafka à arrêter.")


def _kafka_vider() -> None:
    etat = kafka_reel.en_marche()
    if etat is None:
        raise MoteurIndisponible("Aucun Kafka en marche : lancez « make kafka ».")
    kafka_reel.vider(etat.bootstrap)


def _keycloak() -> None:
    etat = keycloak_reel.demarrer()
    print(
        f"Keycloak {keycloak_reel.version_voulue()} répond à {etat.emetteur}"
        f" (make keycloak-stop); secrets du royaume : {keycloak_reel.ETAT}"
    )


def _keycloak_stop() -> None:
    arrete = keycloak_reel.arreter()
    print("Keycloak est arrêté, ses données effacées." if arrete else "Aucun Keycloak à arrêter.")


ORDRES: Mapping[str, Callable[[], None]] = MappingProxyType(
    {
        "": lambda: print(presentation()),
        "tenir": _tenir,
        "kafka": _kafka,
        "kafka-stop": _kafka_stop,
        "kafka-vider": _kafka_vider,
        "keycloak": _keycloak,
        "keycloak-stop": _keycloak_stop,
    }
)


def main() -> int:
    """Fait ce que dit l'argument; rend 0, 1 si un moteur manque, 2 si l'ordre est inconnu."""
    ordre = ORDRES.get(" ".join(sys.argv[1:]))
    if ordre is None:
        print(__doc__, file=sys.stderr)
        return 2
    # SIGTERM défait ce qui démarre, comme Ctrl-C : rien n'en reste.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        ordre()
    except MoteurIndisponible as erreur:
        print(erreur, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

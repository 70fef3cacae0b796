"""Le programme qui tient la grappe simulée : imprime son adresse, puis attend la mort du parent."""

import sys

from confluent_kafka import Producer

DELAI_S = 20.0


def servir() -> None:
    """Tient la grappe jusqu'à la fin de l'entrée standard."""
    client = Producer({"test.mock.num.brokers": 1, "log_level": 0})
    noeuds = client.list_topics(timeout=DELAI_S).brokers.values()
    print(",".join(f"{noeud.host}:{noeud.port}" for noeud in noeuds), flush=True)
    sys.stdin.buffer.read()


if __name__ == "__main__":
    servir()

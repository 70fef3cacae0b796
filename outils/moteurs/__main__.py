"""`python -m outils.moteurs` : dit quels moteurs seraient utilisés; `--tenir` les démarre."""

import sys
import threading

from outils.moteurs import MoteurIndisponible, moteurs, presentation


def main() -> int:
    """Imprime la ligne de présentation; avec `--tenir`, démarre et attend Ctrl-C."""
    try:
        if "--tenir" not in sys.argv[1:]:
            print(presentation())
            return 0
        with moteurs() as adresses:
            print(adresses.presentation)
            print(f"DSN : {adresses.dsn}\nBus : {adresses.bootstrap}", flush=True)
            threading.Event().wait()
    except MoteurIndisponible as erreur:
        print(erreur, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())

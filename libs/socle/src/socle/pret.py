"""`python -m socle.pret <port>` : 0 si le rôle qui tient ce port de gestion est prêt, 1 sinon.

Ce que demandent les sondes des conteneurs; il n'y faut que la bibliothèque standard.
"""

import sys
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

DELAI_S = 4.0


def pret(port: int) -> bool:
    """Vrai si le rôle se dit prêt; sans réponse, il ne l'est pas."""
    adresse = f"http://127.0.0.1:{port}/sante/disponibilite"
    try:
        # Sans mandataire, quoi que dise l'environnement : c'est notre propre machine.
        with build_opener(ProxyHandler({})).open(adresse, timeout=DELAI_S) as reponse:
            return bool(reponse.status == 200)
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if pret(int(sys.argv[1])) else 1)

"""`python -m tests.fautes [--long] [--parties pilote,courses,…]` : attaque le socle.

Sort 1 si un chiffre de justesse manque. Une durée manquée se dit sans faire échouer.
"""

import argparse
import asyncio
import sys
import time

from outils.essais import debit
from tests.fautes.resultats import Chiffres
from tests.fautes.suite import PARTIES, jouer, taire_les_journaux


def main() -> int:
    """Joue les parties voulues, écrit `sortie/fautes.json`, dit le bilan."""
    analyseur = argparse.ArgumentParser(description=__doc__)
    analyseur.add_argument("--long", action="store_true", help="la version longue")
    analyseur.add_argument("--parties", default=",".join(PARTIES))
    arguments = analyseur.parse_args()
    taire_les_journaux()
    print(debit.presentation(), flush=True)
    debut, chiffres = time.monotonic(), Chiffres()
    resume = asyncio.run(jouer(chiffres, arguments.parties.split(","), long=arguments.long))
    resume["version"] = "longue" if arguments.long else "bornée"
    resume["secondes"] = round(time.monotonic() - debut)
    chiffres.ecrire(resume)
    manques = [c.nom for c in chiffres.liste if not c.tenu]
    print(
        f"{len(chiffres.liste) - len(manques)} chiffres tenus, {len(manques)} manqués : {manques}"
    )
    return 0 if chiffres.justes else 1


if __name__ == "__main__":
    sys.exit(main())

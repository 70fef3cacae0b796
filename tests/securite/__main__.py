"""`python -m tests.securite [options de pytest]` : qui peut voir quoi, chiffre par chiffre.

Sort non nul si un essai échoue, ou si un chiffre de justesse manque. Le coût des politiques par
ligne est une vitesse : manqué, il se dit. Sans vrai Kafka, les chiffres qui en demandent un ne
sont pas joués, et se disent ainsi.
"""

import asyncio
import logging
import os
import subprocess
import sys

import structlog

from bench import rls
from bench.scene import Scene
from outils.moteurs.ensemble import bus_demande
from tests.securite.constat import BUTS, FICHIER, But, Constat, constater, constats

TOURS = 5
COUT = "lignes : coût à l'écriture, %"


def main() -> int:
    """Joue les essais et la mesure, écrit `sortie/securite.json`, dit le bilan."""
    FICHIER.unlink(missing_ok=True)
    travailleurs = os.environ.get("TRAVAILLEURS", "2")
    options = ["-n", travailleurs, "--dist", "loadgroup", "-q", *sys.argv[1:]]
    essais = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/securite", *options], check=False
    )
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    asyncio.run(_mesurer())
    justes = _presenter(constats())
    return essais.returncode or (0 if justes else 1)


async def _mesurer() -> None:
    async with Scene.ouvrir() as scene:
        constater(COUT, round(100 * await rls.cout(scene, TOURS), 1))


def _presenter(faits: dict[str, Constat]) -> bool:
    """Imprime chaque chiffre avec son but; vrai si aucun chiffre de justesse ne manque."""
    manques: list[str] = []
    tenus, justes = 0, True
    for mesure, but in sorted(BUTS.items()):
        constat = faits.get(mesure)
        if constat is None and but.reel and bus_demande() != "kafka":
            print(f"  – {mesure:<66}{'non joué':>9}   but {but} (BUS=kafka)")
            continue
        tenu = constat is not None and constat.tenu
        valeur = f"{constat.valeur:g}" if constat is not None else "absent"
        print(f"  {_marque(but, tenu=tenu)} {mesure:<66}{valeur:>9}   but {but}")
        tenus += tenu
        justes &= tenu or not but.justesse
        manques += [] if tenu else [mesure]
    print(f"{tenus} chiffres tenus, {len(manques)} manqués : {manques}")
    return justes


def _marque(but: But, *, tenu: bool) -> str:
    return "✓" if tenu else ("✗" if but.justesse else "!")


if __name__ == "__main__":
    sys.exit(main())

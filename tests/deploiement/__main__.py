"""`make deploiement` : installe les juges, joue les essais, rend sortie/deploiement.json."""

import json
import os
import sys

import pytest

from tests.deploiement.bilan import BILAN, Bilan
from tests.deploiement.outils import installer

if __name__ == "__main__":
    installer()
    os.environ["SBG_DEPLOIEMENT"] = "1"
    BILAN.unlink(missing_ok=True)
    # Le Dockerfile se rejoue dans l'un pendant que la charte se juge dans l'autre.
    deux = ("-n", os.environ.get("TRAVAILLEURS", "2"), "--dist", "loadfile")
    code = pytest.main(["tests/deploiement", "-q", "-rs", *deux, *sys.argv[1:]])
    chiffres = Bilan.lire()
    print(json.dumps(chiffres, ensure_ascii=False, indent=2))
    sys.exit(code)

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
    code = pytest.main(["tests/deploiement", "-q", "-rs", "-p", "no:xdist", *sys.argv[1:]])
    chiffres = Bilan.lire()
    print(json.dumps(chiffres, ensure_ascii=False, indent=2))
    sys.exit(code)

"""`make clients` : installe les outils d'un intégrateur, puis joue les essais qui s'en servent."""

import os
import sys

import pytest

from tests.clients.outils import installer

if __name__ == "__main__":
    installer()
    os.environ["SBG_CLIENTS"] = "1"
    sys.exit(pytest.main(["tests/clients", "-q", "-rs", *sys.argv[1:]]))

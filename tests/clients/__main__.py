"""`make clients` : installe les outils d'un intégrateur, puis joue les essais qui s'en servent."""

import sys

import pytest

from tests.clients.outils import installer

if __name__ == "__main__":
    installer()
    sys.exit(pytest.main(["tests/clients", "-q", "-rs", *sys.argv[1:]]))

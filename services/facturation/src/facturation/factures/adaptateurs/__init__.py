"""Comment les factures rejoignent le monde."""

"""Comment les comptes rejoignent le monde."""

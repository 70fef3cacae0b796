"""Comment les saisies rejoignent le monde."""

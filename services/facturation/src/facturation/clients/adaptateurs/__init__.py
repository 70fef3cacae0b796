"""Comment les clients rejoignent le monde."""

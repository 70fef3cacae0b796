"""Comment les fiches atteignent la base."""

"""Comment les mesures atteignent la base, et ce qu'elles donnent à lire."""

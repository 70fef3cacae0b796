"""Comment les disponibilités atteignent la base, et ce qu'elles donnent à lire."""

"""Comment les histoires atteignent la base."""

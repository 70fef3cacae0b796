"""Comment les alertes atteignent la base et le bus."""

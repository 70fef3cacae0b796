"""Comment les fiches atteignent leur base et le bus."""

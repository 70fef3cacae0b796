"""Comment les recalculs atteignent leur base et le bus."""

"""Comment les calendriers atteignent leur base et le bus."""

"""Comment les produits atteignent leur base et le bus."""

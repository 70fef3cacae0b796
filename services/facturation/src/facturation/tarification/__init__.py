"""Ce que publie le catalogue (fiches, prix, produits), et le prix d'un jour (CAT-2, CAT-5)."""

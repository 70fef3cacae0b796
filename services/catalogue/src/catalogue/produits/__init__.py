"""Les produits du ROPN et leurs prix datés (CAT-1, CAT-2, CAT-4)."""

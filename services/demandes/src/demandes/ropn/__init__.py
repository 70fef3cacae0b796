"""La copie locale du ROPN : les produits et leurs prix datés (CAT-1, CAT-2)."""

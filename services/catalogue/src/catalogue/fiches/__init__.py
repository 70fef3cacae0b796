"""Les fiches de service exécutables, leurs tarifs et leurs indicateurs (CAT-5)."""

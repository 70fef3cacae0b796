"""Ce qui est vrai d'un actif; ni horloge, ni base."""

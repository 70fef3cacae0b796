"""Ce qui est vrai d'une simulation, sans rien lire ni écrire."""

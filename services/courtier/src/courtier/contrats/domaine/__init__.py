"""Ce qui est vrai d'un contrat spécifique : ses termes, son cycle."""

"""Ce qui est vrai d'un avenant : ce qu'il change, et son cycle."""

"""Ce qui se publie d'un contrat, et sous quelle forme."""

"""Ce qui est vrai d'un dossier : ses étapes, ce que chacune dit, ce qu'elle demande."""

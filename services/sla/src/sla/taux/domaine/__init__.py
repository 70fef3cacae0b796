"""Ce qui est vrai d'un taux; pur, sans horloge ni base de données."""

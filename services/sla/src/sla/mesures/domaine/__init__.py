"""Ce qui est vrai d'une mesure de niveau de service; pur, sans horloge ni base de données."""

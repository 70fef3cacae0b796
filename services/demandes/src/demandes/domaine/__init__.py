"""Ce qui est vrai d'une demande, d'un organisme, d'un actif : du calcul pur."""

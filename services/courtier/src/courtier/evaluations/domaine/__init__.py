"""Ce qui est vrai d'une évaluation : ce qu'elle demande, ses bornes, son issue."""

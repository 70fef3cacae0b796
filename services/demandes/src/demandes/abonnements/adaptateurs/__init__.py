"""Comment on garde les abonnements sans actif, et ce qu'on en publie."""

"""Ce que les taux donnent à lire."""

"""Le mois joué par la démonstration : des données lisibles, et de quoi les jouer."""

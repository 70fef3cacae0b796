"""Ce que l'on peut demander au catalogue."""

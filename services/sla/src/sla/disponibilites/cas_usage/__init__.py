"""Ce qu'on peut demander aux disponibilités."""

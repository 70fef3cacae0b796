"""Ce qu'on peut demander au Courtier : un fichier, un verbe."""

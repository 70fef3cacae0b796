"""Ce qu'on peut demander au service : un fichier, un verbe; jamais de commit ici."""

"""Ce qu'on peut faire d'une évaluation, annuelle ou de fin."""

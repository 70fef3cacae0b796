"""Les listes et les recherches à la taille du MCN, mesurées à part (`make bench-taille`)."""

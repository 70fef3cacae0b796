"""Ce que l'exploitant interroge : sondes et jauges tenues par la base."""

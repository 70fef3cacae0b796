"""Ce qu'une fermeture fige, et ce que des corrections comparent."""

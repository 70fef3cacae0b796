"""Ce qui peut être demandé : un fichier, un verbe."""

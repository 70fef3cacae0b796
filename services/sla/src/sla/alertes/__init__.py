"""Ce qui s'annonce d'une cible : qu'elle est à risque, puis manquée."""

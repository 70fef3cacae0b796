"""Qui appelle le Courtier : des routes et des événements, traduits en commandes."""

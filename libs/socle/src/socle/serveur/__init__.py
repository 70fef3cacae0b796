"""Servir HTTP, quel que soit le rôle : le protocole, ses problèmes, le port de gestion."""

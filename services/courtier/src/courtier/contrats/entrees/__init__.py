"""Qui appelle les contrats spécifiques : leurs accès, leurs schémas, leurs routes."""

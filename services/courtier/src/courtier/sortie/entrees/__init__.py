"""Qui appelle les sorties : leurs accès, leurs schémas, leurs routes."""

"""Qui appelle les avenants : leurs accès, leurs schémas, leurs routes."""

"""Qui appelle les évaluations : leurs accès, leurs schémas, leurs routes."""

"""Qui appelle le Catalogue : ses accès, ses schémas, ses routes."""

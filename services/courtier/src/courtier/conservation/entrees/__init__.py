"""Qui appelle la conservation : ses accès, ses schémas, ses routes."""

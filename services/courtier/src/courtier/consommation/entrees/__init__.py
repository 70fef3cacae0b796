"""Qui appelle la consommation : ses accès, ses schémas, ses routes."""

"""Qui lit le bord : ses accès, ses schémas, ses routes."""

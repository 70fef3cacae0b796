"""Qui lit les taux, et comment."""

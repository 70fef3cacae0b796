"""Qui appelle les différends et les incidents : accès, schémas, routes."""

"""Qui appelle les fiches."""

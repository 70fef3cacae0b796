"""Qui appelle les comptes."""

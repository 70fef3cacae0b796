"""Qui appelle les contestations."""

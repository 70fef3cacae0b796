"""Qui appelle les émissions."""

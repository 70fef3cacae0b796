"""Qui appelle les simulations."""

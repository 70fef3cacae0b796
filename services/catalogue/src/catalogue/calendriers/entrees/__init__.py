"""Qui appelle les calendriers, et ce qu'ils écoutent."""

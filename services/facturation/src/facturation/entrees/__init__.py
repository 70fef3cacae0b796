"""Qui appelle facturation : routes et écoutes."""

"""Qui demande des rapports, et comment."""

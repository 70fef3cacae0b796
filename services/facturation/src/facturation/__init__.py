"""Facturation : ce que chaque organisme doit, et pourquoi."""

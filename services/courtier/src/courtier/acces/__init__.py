"""Qui, d'un organisme, lit le Catalogue, et qui veut en être avisé (CI-11, CI-12)."""

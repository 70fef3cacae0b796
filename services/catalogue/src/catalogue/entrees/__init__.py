"""Qui appelle le catalogue."""

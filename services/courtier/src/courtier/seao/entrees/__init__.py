"""Qui publie, et qui lit."""

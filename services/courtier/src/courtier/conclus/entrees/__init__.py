"""Qui lit la liste des contrats conclus, et qui y consent."""

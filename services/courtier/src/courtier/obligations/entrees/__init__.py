"""Qui lit les obligations, et la tâche qui les rappelle."""

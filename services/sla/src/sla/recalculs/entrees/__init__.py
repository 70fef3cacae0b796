"""Qui demande un recalcul, et la tâche qui le fait."""

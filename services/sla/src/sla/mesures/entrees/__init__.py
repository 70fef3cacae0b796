"""Qui lit les mesures, et comment; la tâche qui achève les rejeux."""

"""Les pièces d'un contrat : déposées, gelées, transmises, détruites (CI-23)."""

"""Les prestataires par l'API."""

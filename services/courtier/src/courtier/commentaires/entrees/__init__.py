"""Les commentaires par l'API."""

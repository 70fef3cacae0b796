"""Les pages que le service dessine."""

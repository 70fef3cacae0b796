"""Les comptes, l'admissibilité et la liste de diffusion, par l'API."""

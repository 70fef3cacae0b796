"""Comment se gardent les comptes, l'admissibilité et la liste de diffusion."""

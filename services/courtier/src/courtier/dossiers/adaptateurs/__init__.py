"""Comment les dossiers se gardent, se lisent et se publient."""

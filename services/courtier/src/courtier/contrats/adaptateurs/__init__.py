"""Comment les contrats spécifiques se gardent, se lisent et se publient."""

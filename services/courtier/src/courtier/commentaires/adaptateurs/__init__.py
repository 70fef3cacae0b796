"""Comment se gardent et se lisent les commentaires."""

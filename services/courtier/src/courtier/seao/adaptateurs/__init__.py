"""Comment les publications se gardent et se lisent."""

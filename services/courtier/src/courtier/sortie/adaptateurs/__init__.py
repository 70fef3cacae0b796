"""Comment les sorties se gardent et se lisent."""

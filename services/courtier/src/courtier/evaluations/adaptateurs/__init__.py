"""Comment les évaluations se gardent et se lisent."""

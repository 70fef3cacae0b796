"""Comment les pièces se gardent."""

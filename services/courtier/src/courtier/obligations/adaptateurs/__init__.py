"""Comment les obligations se gardent."""

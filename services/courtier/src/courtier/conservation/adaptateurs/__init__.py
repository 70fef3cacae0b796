"""Comment les gels, les demandes et les destructions se gardent et se lisent."""

"""Comment les contrats conclus se lisent."""

"""Comment les avenants se gardent, se lisent et se publient."""

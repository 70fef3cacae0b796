"""Comment les différends et les incidents se gardent et se lisent."""

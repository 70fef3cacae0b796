"""Les pages du bord."""

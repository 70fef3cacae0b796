"""Comment le Catalogue se garde, se lit et se publie."""

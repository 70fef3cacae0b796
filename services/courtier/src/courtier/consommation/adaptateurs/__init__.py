"""Comment la consommation se garde, se lit et se publie."""

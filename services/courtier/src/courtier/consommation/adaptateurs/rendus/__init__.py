"""Les pages de la consommation."""

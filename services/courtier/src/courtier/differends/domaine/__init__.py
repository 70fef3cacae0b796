"""Ce qui est vrai d'un différend et d'un incident : leur fil, leur état."""

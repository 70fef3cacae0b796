"""Le Courtier en infonuagique : Catalogue d'offres et contrats spécifiques (CI-10 à CI-25)."""

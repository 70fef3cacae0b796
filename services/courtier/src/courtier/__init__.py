"""Le Courtier en infonuagique : Catalogue d'offres et contrats spécifiques (domaine § 7)."""

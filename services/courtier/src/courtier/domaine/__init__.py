"""Ce qui est vrai chez le Courtier : fournisseurs, ententes-cadres, offres, prix, contrats."""

"""Le Catalogue : fournisseurs, ententes-cadres, versions et prix des offres (CI-11, CI-12)."""

"""Les prestataires de services qualifiés, que le Catalogue fait connaître (CI-11)."""

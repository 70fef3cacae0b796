"""Ce que le parc offre à qui l'appelle."""

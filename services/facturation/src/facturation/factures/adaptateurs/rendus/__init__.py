"""Les rendus d'une facture, faits de son seul document."""

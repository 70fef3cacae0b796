"""La consommation d'un contrat : ses commandes, les factures de son fournisseur (CI-19)."""

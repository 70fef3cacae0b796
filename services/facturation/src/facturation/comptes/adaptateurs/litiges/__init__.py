"""Ce que les comptes lisent des contestations."""

"""Les différends, les plaintes et les incidents d'un contrat (CI-21)."""

"""La liste des contrats conclus, que les organismes se partagent (CI-22)."""
